/**
 * The `WWW-Authenticate` header, read as servers send it rather than as RFC 9110 has it. Every pattern is sticky and
 * looks at a character a bounded number of times, so reading takes linear time whatever the header is.
 */

export interface Challenge {
  readonly scheme: string
  token68?: string | undefined
  readonly parameters: Map<string, string>
}

/** No server in its right mind sends more, and most clients accept less. */
const maxLength = 32_768

const separators = /[\s,]*/y
const word = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const equals = /\s*=\s*/y
/** Up to the closing quote, or to the end where there is none. */
const quoted = /"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?$)/sy
const unquoted = /[^\s,]*/y
const token68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y
const endOfWord = /(?=[\s,]|$)/y
const parameterAhead = /(?=\s+[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*=)/y

export const parse = (header: string): ReadonlyArray<Challenge> => {
  const text = header.slice(0, maxLength)
  const challenges: Array<Challenge> = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }

  let current: Challenge | undefined
  let afterScheme = false
  while (true) {
    const first = at === 0
    const gap = take(separators)![0]
    const separated = first || gap.includes(",")
    if (at >= text.length) return challenges

    if (current !== undefined && afterScheme && !separated) {
      const match = take(token68)
      if (match !== null) {
        current.token68 = match[0]
        afterScheme = false
        continue
      }
    }
    afterScheme = false

    const name = take(word)?.[0]
    if (name === undefined) {
      // What belongs nowhere is left out, as a whole if it is quoted. A quote right after something else ends a text that
      // had quotes in it.
      if (gap === "" || take(quoted) === null) take(unquoted)
    } else if (take(equals) !== null) {
      const value = take(quoted)?.[1]?.replace(/\\(.)/gs, "$1") ?? take(unquoted)![0]
      // Each name is to occur once; should it not, the first is the one that counts.
      const key = name.toLowerCase()
      if (current !== undefined && !current.parameters.has(key)) current.parameters.set(key, value)
    } else if (take(endOfWord) !== null && (separated || take(parameterAhead) !== null)) {
      // Without a comma before it, a word is a scheme only if a parameter follows: it may be part of a text with quotes in it.
      current = { scheme: name, parameters: new Map() }
      challenges.push(current)
      afterScheme = true
    }
  }
}
