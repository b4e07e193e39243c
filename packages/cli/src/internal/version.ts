import { createRequire } from "node:module"

/** The version of this package, as in its package.json, which is one level above both `src` and `dist`. */
export const version: string = createRequire(import.meta.url)("../../package.json").version
