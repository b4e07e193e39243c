/**
 * Marks of schemas whose decoding can be done by a plain function. They say nothing new: what the function does is what
 * the schema does.
 */

/** What a plain function throws at a value that the schema refuses. Why, the schema tells. */
export const refused: unique symbol = Symbol("refused")

/** An annotation: the whole of the decoding as a function, which throws `refused`. */
export const DecodeId: unique symbol = Symbol.for("@effect-msgraph/domain/annotation/Decode")

/** An annotation of a declaration with one parameter: `null` and `undefined` are themselves, all else is the parameter's. */
export const NullishId: unique symbol = Symbol.for("@effect-msgraph/domain/annotation/Nullish")
