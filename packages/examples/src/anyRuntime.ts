/**
 * One program for Node, Bun, Deno, workers and browsers: of the packages their main entries, of the runtime `fetch` and
 * WebCrypto. It asks the emulator in its own memory, and one behind a socket, each by secret and by certificate.
 */
import { ClientCertificate, ClientSecret, type Credential, TokenProvider } from "@effect-msgraph/auth"
import { GraphClient, LifecycleWorkflows } from "@effect-msgraph/client"
import { Ids, NationalCloud } from "@effect-msgraph/domain"
import { GraphEmulator, Seed, type Tenant } from "@effect-msgraph/emulator"
// By path: the main entry of the platform loads modules that read the environment, which Deno would have to be asked for.
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import { Effect, Layer, Redacted, Stream } from "effect"

/**
 * - `url`: where an emulator listens that has the tenant of `tenant(certificate)`
 * - `certificate`, `privateKey`: what the application proves itself with, as PEM
 */
export interface Options {
  readonly url: string
  readonly certificate: string
  readonly privateKey: string
}

/** The demo tenant, whose reader may sign in with the certificate, too. */
export const tenant = (certificate: string): Tenant.Tenant => {
  const demo = Seed.demo()
  return {
    ...demo,
    applications: demo.applications.map((application) =>
      application.appId === Seed.demoReader.clientId ? { ...application, certificates: [certificate] } : application
    )
  }
}

const oneResultAndOneList = Effect.gen(function*() {
  const lcw = yield* LifecycleWorkflows.LifecycleWorkflows
  const { id, startedDateTime, subject } = yield* lcw.workflows.runs.userProcessingResults.get({
    workflowId: Ids.WorkflowId.make(Seed.demoResult.workflowId),
    runId: Ids.RunId.make(Seed.demoResult.runId),
    userProcessingResultId: Ids.UserProcessingResultId.make(Seed.demoResult.userProcessingResultId)
  })
  const users = yield* lcw.workflows.runs.userProcessingResults.list({
    workflowId: Ids.WorkflowId.make(Seed.demoLargeRun.workflowId),
    runId: Ids.RunId.make(Seed.demoLargeRun.runId)
  }, { select: ["id", "subject"] }).pipe(Stream.runCount)
  return { id, startedDateTime, user: subject.id, users }
})

const ask = <E>(
  credential: Layer.Layer<Credential.Credential, E, HttpClient.HttpClient>,
  network: Layer.Layer<HttpClient.HttpClient>
) =>
  Effect.provide(
    oneResultAndOneList,
    LifecycleWorkflows.layer.pipe(
      Layer.provide(GraphClient.layer),
      Layer.provide(TokenProvider.layer),
      Layer.provide(credential),
      Layer.provide(network)
    )
  )

const askTwice = (
  options: Options,
  cloud: NationalCloud.NationalCloud,
  network: Layer.Layer<HttpClient.HttpClient>
) => {
  const application = { cloud, tenantId: Seed.demoTenantId, clientId: Seed.demoReader.clientId }
  const certificate = Redacted.make(`${options.privateKey}\n${options.certificate}`)
  return Effect.all({
    bySecret: ask(ClientSecret.layer({ ...application, clientSecret: Seed.demoReader.clientSecret }), network),
    byCertificate: ask(ClientCertificate.layer({ ...application, certificate }), network)
  })
}

export const anyRuntime = (options: Options) =>
  Effect.gen(function*() {
    const cloud = yield* NationalCloud.custom({ graphRoot: options.url, authority: options.url })
    return {
      inMemory: yield* askTwice(
        options,
        NationalCloud.global,
        GraphEmulator.layerInMemory({ tenants: () => [tenant(options.certificate)] })
      ),
      overSocket: yield* askTwice(options, cloud, FetchHttpClient.layer)
    }
  })
