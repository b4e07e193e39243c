/** Two 32-bit lanes over the text's UTF-16 units, each multiplied by an odd constant of its own. */
const lane = (text: string, seed: number, factor: number): number => {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), factor)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** A number of 53 bits that stands for a text: no secret, and no defence against somebody who looks for another text with it. */
export const hash = (text: string): number =>
  (lane(text, 0x2545f491, 0x01000193) & 0x1fffff) * 0x1_0000_0000 + lane(text, 0x1b873593, 0x85ebca6b)
