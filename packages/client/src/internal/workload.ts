import type * as Operation from "@effect-msgraph/domain/Operation"

/** The part of Graph that an operation belongs to: what the service counts together. */
export const workloadOf = ({ path }: Operation.Any): string => path.split("/")[1] ?? ""
