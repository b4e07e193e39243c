/**
 * Text that came from an authority, made safe to keep. An authority, or a proxy before it, may echo what was posted.
 */

const runLength = 8

const encodings: ReadonlyArray<(secret: string) => string> = [
  (secret) => secret,
  (secret) => encodeURIComponent(secret),
  (secret) => new URLSearchParams([["", secret]]).toString().slice(1),
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) =>
    secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;"),
  (secret) => btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, "")
]

const pieces = (secret: string): Set<string> => {
  const found = new Set<string>()
  for (const encode of encodings) {
    const text = encode(secret).toLowerCase()
    if (text.length <= runLength) found.add(text)
    for (let i = 0; i + runLength <= text.length; i++) found.add(text.slice(i, i + runLength))
  }
  return found
}

/**
 * Decides whether a text repeats one of the secrets, or eight characters of it in a row, plain or in the usual
 * encodings. A text that does is to be dropped whole: what else it repeats cannot be known.
 */
export const makeMentions = (secrets: ReadonlyArray<string>): (text: string) => boolean => {
  const parts = secrets.filter((secret) => secret !== "").flatMap((secret) => Array.from(pieces(secret)))
  return (text) => {
    const lower = text.toLowerCase()
    return parts.some((part) => lower.includes(part))
  }
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const secretFields = [
  "client_secret",
  "client_assertion",
  "assertion",
  "password",
  "access_token",
  "refresh_token",
  "id_token",
  "device_code",
  "code_verifier"
]

const credentialField = new RegExp(`\\b(${secretFields.join("|")})\\b["']?\\s*[:=]\\s*["']?[^\\s"'&,;]+`, "gi")

const opaqueRun = /[A-Za-z0-9+/_~=.-]{24,}/g

const mixed = (run: string): boolean =>
  !guid.test(run) &&
  (/[0-9]/.test(run) && /[A-Za-z]/.test(run) || run.length >= 32 && /[a-z]/.test(run) && /[A-Z]/.test(run))

const looksOpaque = (run: string): boolean => {
  const path = run.replace(/^\/\/[a-z0-9.-]+(?=\/|$)/, "")
  return path === run
    ? mixed(run.replace(/[.=]+$/, ""))
    : path.split("/").some((segment) => segment.length >= 20 && mixed(segment))
}

const userName =
  /[\p{L}\p{N}_][\p{L}\p{M}\p{N}._%+'#!$&*=?^{|}~-]{0,127}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu

const limit = 300

/** What is beyond is not looked at: the patterns here take longer than linear time, and the text is a stranger's. */
const maxRead = 4096

/** One line, without anything that looks like a credential or a user principal name, and not long. HTML is not kept at all. */
export const text = (said: string, mentions: (text: string) => boolean): string | undefined => {
  const value = said.slice(0, maxRead)
  if (/<[a-z!/]/i.test(value)) return undefined
  // Entra appends its ids on lines of their own; they are kept as fields.
  const line = value.split(/\s*(?:Trace ID|Correlation ID|Timestamp):/i)[0]!
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, " ")
    .trim()
  if (line === "" || mentions(value)) return undefined
  const clean = line
    .replace(credentialField, "$1=<redacted>")
    .replace(opaqueRun, (run) => looksOpaque(run) ? "<redacted>" : run)
    .replace(userName, "<user>")
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean.replace(/\.$/, "")
}

/** A value that must have a given form. */
export const form = (value: unknown, pattern: RegExp, mentions: (text: string) => boolean): string | undefined =>
  typeof value === "string" && pattern.test(value) && !mentions(value) ? value : undefined

export const patterns = {
  oauthCode: /^[a-z][a-z_]{2,47}$/,
  guid,
  timestamp: /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,7})?Z?$/,
  platformCode: /^(?=.{3,40}$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/
}
