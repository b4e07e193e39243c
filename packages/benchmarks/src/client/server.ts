/**
 * A stand-in for Microsoft Graph. What it does with a request is in its path: pages of a run's results, whose number is in the run's
 * id; answers that take 50 ms; batches of them; workflows that a limit guards, whose kind is in the id. It prints its port.
 */
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { pageSize, records } from "./data.js"
import { type Kind, kinds, perSecond } from "./limits.js"

const single = JSON.stringify(records(1)[0])
const page = JSON.stringify(records(pageSize))
const workflow = JSON.stringify({
  id: "14879e66-9ea9-48d0-804d-8fea672d0341",
  category: "joiner",
  displayName: "Onboard",
  description: "Welcomes new people",
  createdDateTime: "2022-08-22T18:58:21.1348863Z",
  lastModifiedDateTime: "2022-08-22T18:58:21.1348863Z",
  deletedDateTime: null,
  nextScheduleRunDateTime: null,
  isEnabled: true,
  isSchedulingEnabled: false,
  version: 1,
  executionConditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" },
  tasks: []
})

const json = (response: ServerResponse, text: string, status = 200, headers: { [name: string]: string } = {}) =>
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers
  }).end(text)

interface Guarded {
  readonly limit: ReturnType<Kind["make"]>
  readonly start: number
  sent: number
  rejected: number
}

const guarded = new Map<string, Guarded>()

const server = createServer((request, response) => {
  const url = request.url ?? "/"
  if (request.method === "POST") {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const { requests } = JSON.parse(Buffer.concat(chunks).toString()) as {
        readonly requests: ReadonlyArray<{ readonly id: string }>
      }
      const responses = requests.map(({ id }) => ({
        id,
        status: 200,
        // As Graph writes it.
        headers: { "Content-Type": "application/json" },
        body: JSON.parse(workflow) as unknown
      }))
      setTimeout(() => json(response, JSON.stringify({ responses })), 50)
    })
    return undefined
  }
  const control = /^\/control\/(.+)$/.exec(url)?.[1]
  if (control !== undefined) {
    const { rejected, sent } = guarded.get(control) ?? { sent: 0, rejected: 0 }
    return json(response, JSON.stringify({ sent, rejected }))
  }
  const list = /\/runs\/records-(\d+)\/userProcessingResults(?:\?.*skiptoken=(\d+))?/.exec(url)
  if (list !== null) {
    const next = Number(list[2] ?? 0) + pageSize
    const link = `http://${request.headers.host}/v1.0/identityGovernance/lifecycleWorkflows/workflows/w/runs/` +
      `records-${list[1]}/userProcessingResults?$skiptoken=${next}`
    return json(
      response,
      `{"value":${page}${next < Number(list[1]) ? `,"@odata.nextLink":${JSON.stringify(link)}` : ""}}`
    )
  }
  const guard = /\/workflows\/(([a-z]+)-(\d+)--[^/?]+)/.exec(url)
  if (guard !== null) {
    const [, id = "", kind = "", seconds = ""] = guard
    let state = guarded.get(id)
    if (state === undefined) {
      state = {
        limit: kinds[kind]!.make(perSecond * Number(seconds), Number(seconds) * 1000),
        start: performance.now(),
        sent: 0,
        rejected: 0
      }
      guarded.set(id, state)
    }
    state.sent++
    const wait = state.limit.take(performance.now() - state.start)
    if (wait !== undefined) state.rejected++
    const answer = wait === undefined
      ? () => json(response, workflow)
      : () =>
        json(response, JSON.stringify({ error: { code: "TooManyRequests", message: "Too many requests." } }), 429, {
          "retry-after": `${Math.max(1, Math.ceil(wait / 1000))}`
        })
    return setTimeout(answer, 20)
  }
  if (url.includes("/userProcessingResults/")) return json(response, single)
  return setTimeout(() => json(response, workflow), 50)
})
server.keepAliveTimeout = 600_000
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
// It goes when the process that started it does.
process.stdin.resume().on("end", () => process.exit())
