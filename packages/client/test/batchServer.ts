import { Effect } from "effect"
import * as utils from "./utils.js"
import type { Reply, Sent } from "./utils.js"

/** One request of a batch as it would have gone out. */
export interface Item {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: any
  readonly dependsOn?: ReadonlyArray<string>
}

/** What is answered to one of them. */
export interface Answer {
  readonly status: unknown
  readonly headers?: { readonly [name: string]: unknown }
  readonly body?: unknown
}

export const textOf = ({ request }: Sent): string =>
  request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""

export const isBatch = (sent: Sent): boolean => sent.method === "POST" && sent.url.endsWith("/$batch")

export const itemsOf = (sent: Sent): ReadonlyArray<Item> => JSON.parse(textOf(sent)).requests

/** The batches that were sent, each as the addresses in it. */
export const urls = (sent: ReadonlyArray<Sent>): ReadonlyArray<ReadonlyArray<string>> =>
  sent.map((one) => isBatch(one) ? itemsOf(one).map(({ url }) => url) : [one.url])

/** The answer to a batch, its parts in the reverse of their order. */
export const answerTo = (
  items: ReadonlyArray<Item>,
  answer: (item: Item) => Answer,
  headers?: Record<string, string>
): Response => utils.json({ responses: items.map((item) => ({ id: item.id, ...answer(item) })).reverse() }, headers)

export const graphError = (code = "someCode") => ({ error: { code, message: "Something is wrong." } })

/**
 * A service that answers items by a function, and makes those fail whose parents failed. What comes alone is answered by the same
 * function.
 */
export const serve =
  (answer: (item: Item, round: number, sent: Sent) => Answer, latency = 0) =>
  (sent: Sent, index: number): Reply =>
  () =>
    Effect.delay(
      Effect.sync(() => {
        if (!isBatch(sent)) {
          const url = sent.url.slice("https://graph.microsoft.com/v1.0".length)
          const { body, headers = {}, status } = answer({ id: "", method: sent.method, url }, index, sent)
          return new Response(body === undefined ? null : JSON.stringify(body), {
            status: status as number,
            headers: { "content-type": "application/json", ...headers as Record<string, string> }
          })
        }
        const items = itemsOf(sent)
        const answers = new Map<string, Answer>()
        for (let left = items.slice(); left.length > 0;) {
          const next = left.find(({ dependsOn = [] }) => dependsOn.every((id) => answers.has(id)))!
          left = left.filter((item) => item !== next)
          const failed = next.dependsOn?.some((id) => (answers.get(id)!.status as number) >= 400) === true
          answers.set(
            next.id,
            failed ? { status: 424, body: graphError("FailedDependency") } : answer(next, index, sent)
          )
        }
        return answerTo(items, ({ id }) => answers.get(id)!)
      }),
      latency
    )
