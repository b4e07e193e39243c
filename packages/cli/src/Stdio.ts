/**
 * The three standard streams, as a service: data goes to `stdout`, everything said about it to `stderr`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/**
 * Nobody reads standard output any more: `lcw … | head` has seen enough.
 *
 * @since 0.1.0
 * @category Errors
 */
export class OutputClosed
  extends Schema.TaggedError<OutputClosed>("@effect-msgraph/cli/OutputClosed")("OutputClosed", {})
{
  /** @since 0.1.0 */
  override get message(): string {
    return "Standard output was closed"
  }
}

/**
 * A stream to write to.
 *
 * - `isTerminal`: whether a person reads along
 * - `colors`: whether to write colours
 * - `controls`: whether to rewrite what was written, as a progress line does
 * - `columns`: the width of the terminal
 * - `write`: ends when the text was handed over
 * - `unsafeWrite`: for loggers, which cannot wait
 *
 * @since 0.1.0
 * @category Models
 */
export interface Sink {
  readonly isTerminal: boolean
  readonly colors: boolean
  readonly controls: boolean
  readonly columns: Effect.Effect<number>
  readonly write: (text: string) => Effect.Effect<void, OutputClosed>
  readonly unsafeWrite: (text: string) => void
}

/**
 * The standard streams. `stdin.read` is everything up to its end.
 *
 * @since 0.1.0
 * @category Models
 */
export interface Service {
  readonly stdin: { readonly isTerminal: boolean; readonly read: Effect.Effect<string> }
  readonly stdout: Sink
  readonly stderr: Sink
}

/**
 * The standard streams.
 *
 * @since 0.1.0
 * @category Context
 */
export class Stdio extends Context.Tag("@effect-msgraph/cli/Stdio")<Stdio, Service>() {}

const nodeSink = (stream: NodeJS.WriteStream): Sink => {
  // The failure of a write is told to its callback; without a listener here it would also end the process.
  stream.on("error", () => {})
  return {
    isTerminal: stream.isTTY === true,
    colors: stream.isTTY === true,
    controls: stream.isTTY === true,
    columns: Effect.sync(() => stream.columns ?? 80),
    write: (text) =>
      Effect.async((resume) => {
        stream.write(text, (error) => resume(error ? Effect.fail(new OutputClosed()) : Effect.void))
      }),
    unsafeWrite: (text) => {
      stream.write(text)
    }
  }
}

/** Everything up to the end of standard input. */
const readAll: Effect.Effect<string> = Effect.promise(async () => {
  const chunks: Array<Buffer> = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString("utf8")
})

/**
 * The streams of this process.
 *
 * @since 0.1.0
 * @category Layers
 */
export const layer: Layer.Layer<Stdio> = Layer.sync(Stdio, () => ({
  stdin: { isTerminal: process.stdin.isTTY === true, read: readAll },
  stdout: nodeSink(process.stdout),
  stderr: nodeSink(process.stderr)
}))
