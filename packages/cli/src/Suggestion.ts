/**
 * What somebody may have meant.
 *
 * @since 0.1.0
 */
import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"

/**
 * The name that is nearest to a misspelt one, if it is near enough to be what was meant.
 *
 * @since 0.1.0
 * @category Accessors
 */
export const nearest = (misspelt: string, names: ReadonlyArray<string>): string | undefined => {
  const lower = misspelt.toLowerCase()
  const distance = (name: string) => AutoCorrect.levensteinDistance(lower, name.toLowerCase(), CliConfig.defaultConfig)
  const [best] = names.map((name) => [name, distance(name)] as const).sort((a, b) => a[1] - b[1])
  if (best !== undefined && best[1] <= Math.max(2, Math.floor(misspelt.length / 3))) return best[0]
  // Half a name is told from the others if only one begins with it or has it.
  for (const has of [(name: string) => name.startsWith(lower), (name: string) => name.includes(lower)]) {
    const matches = lower.length < 3 ? [] : names.filter((name) => has(name.toLowerCase()))
    if (matches.length === 1) return matches[0]
  }
  return undefined
}
