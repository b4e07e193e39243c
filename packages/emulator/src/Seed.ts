/**
 * A demo tenant: people, workflows of each category, and weeks of history. It is the same, to the last digit, each time.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as Demo from "./internal/seed/demo.js"
import type * as Tenant from "./Tenant.js"

/**
 * An application of the demo tenant, with what it signs in with. The secrets are public: they open nothing but an emulator.
 *
 * @since 0.1.0
 * @category Models
 */
export interface DemoApplication {
  readonly clientId: string
  readonly objectId: string
  readonly clientSecret: Redacted.Redacted<string>
  readonly displayName: string
  readonly roles: ReadonlyArray<string>
}

/**
 * Id of the demo tenant.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoTenantId = "5c1a7e0d-3f42-4b8e-9d6a-0e4f5b2c7a91"

/**
 * Domain of the demo tenant.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoDomain = "contoso.onmicrosoft.com"

/**
 * An application that may read reports, and nothing more.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoReader: DemoApplication = {
  clientId: "a1f3c9d2-6b0e-4c57-8f1d-2e9b7a4c5d60",
  objectId: "e0b7c1d4-5a2f-4863-9f7e-3d1c6b8a2e95",
  clientSecret: Redacted.make("demo-reader-secret"),
  displayName: "Lifecycle report reader",
  roles: ["LifecycleWorkflows-Reports.Read.All"]
}

/**
 * An application that may do everything.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoAdmin: DemoApplication = {
  clientId: "b7e2d4f8-91c3-4a6d-b05e-7c8f1a2d3e49",
  objectId: "f2d9e3b6-7c41-4a85-8b09-5e3f8dac4017",
  clientSecret: Redacted.make("demo-admin-secret"),
  displayName: "Lifecycle administrator",
  // The first does not allow to read a single task, if one takes Microsoft's page at its word.
  roles: ["LifecycleWorkflows.ReadWrite.All", "LifecycleWorkflows.Read.All"]
}

/**
 * An application that may read the directory, and nothing of lifecycle workflows.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoUnprivileged: DemoApplication = {
  clientId: "c4d8a6b1-2f7e-4e93-a1c0-5d6b8f9e0a37",
  objectId: "03eaf4c7-8d52-4b96-9c1a-6f40e9bd5128",
  clientSecret: Redacted.make("demo-unprivileged-secret"),
  displayName: "Directory browser",
  roles: ["User.Read.All"]
}

/**
 * A public client of the demo tenant: an application without any secret, which signs users in.
 *
 * @since 0.1.0
 * @category Models
 */
export interface DemoPublicClient {
  readonly clientId: string
  readonly objectId: string
  readonly displayName: string
  readonly redirectUris: ReadonlyArray<string>
  readonly delegatedPermissions: ReadonlyArray<string>
}

/**
 * An application that signs users in, by device code or in a browser. Its users may do everything.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoPublicClient: DemoPublicClient = {
  clientId: "d91b6e3f-4a08-4c72-8e5d-7f20a9c6b318",
  objectId: "14fbc5d8-9e63-4a07-8d2b-50e1f7c9a246",
  displayName: "Lifecycle desk",
  redirectUris: ["http://localhost", "http://127.0.0.1"],
  delegatedPermissions: [
    "LifecycleWorkflows.ReadWrite.All",
    "LifecycleWorkflows.Read.All",
    "LifecycleWorkflows-Reports.Read.All",
    "User.Read"
  ]
}

/**
 * Who can sign in. The first one does where nobody in particular is asked for.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoUsers = [
  {
    id: "ea09ac2e-77e3-4134-85f2-25ccf3c33387",
    userPrincipalName: "sana.sato@contoso.onmicrosoft.com",
    displayName: "Sana Sato"
  },
  {
    id: "8cdf25a8-c9d2-423e-a03d-3f39f03c3e97",
    userPrincipalName: "alejandra.kaplan@contoso.onmicrosoft.com",
    displayName: "Alejandra Kaplan"
  }
] as const satisfies ReadonlyArray<Tenant.User>

/**
 * The user's result of Microsoft's first example, as the path to it.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoResult = {
  workflowId: "14879e66-9ea9-48d0-804d-8fea672d0341",
  runId: "dad77a47-6eda-4de7-bc37-fe8eb5aaf17d",
  userProcessingResultId: "78b83505-6967-4168-a7ea-4921c0543ce9"
} as const

/**
 * The user's result of Microsoft's second example, as the path to it.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoSelectedResult = {
  workflowId: "15239232-66ed-445b-8292-2f5bbb2eb833",
  runId: "e65e08a0-d68d-41dc-915b-8c4019af5cc2",
  userProcessingResultId: "40efc576-840f-47d0-ab95-5abca800f8a2"
} as const

/**
 * A run that processed several hundred users, some of them with errors.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoLargeRun = {
  workflowId: "9e7c4b2a-5d1f-4c86-b3a0-6f8e1d2c7b54",
  runId: "2b6f0c8e-7a43-4d19-95be-c1d3e8a7f042"
} as const

/**
 * A deleted workflow, with a run that failed and was started again, twice.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoDeletedRun = {
  workflowId: "952b23c5-cc25-48c9-8848-95da4dd9dc6d",
  runId: "71d0a5c4-3e8b-4f62-9c07-d5b2e8f1a396"
} as const

/**
 * A custom task extension that waits for a callback, and one that does not.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoExtensions = {
  waiting: "ffcc4c85-5a14-448e-a390-77abf2700369",
  immediate: "c0c5b05b-6b5b-4c8d-8060-2ae8df425f4b"
} as const

/**
 * A group of people who are new.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoGroupId = "4f1b6d0a-83c2-4f5e-9b7d-1c60e2a9f835"

/**
 * Users that Microsoft's examples name.
 *
 * @since 0.1.0
 * @category Demo
 */
export const demoUserIds = [
  "ea09ac2e-77e3-4134-85f2-25ccf3c33387",
  "8cdf25a8-c9d2-423e-a03d-3f39f03c3e97",
  "df744d9e-2148-4922-88a8-633896c1e929"
] as const

/**
 * Builds the demo tenant. Each call builds one of its own, so that what happens to it happens to no other.
 *
 * @example
 * ```ts
 * import { GraphEmulator, Seed } from "@effect-msgraph/emulator"
 *
 * const emulator = GraphEmulator.layerInMemory({ tenants: () => [Seed.demo()] })
 * ```
 *
 * @since 0.1.0
 * @category Constructors
 */
export const demo = (): Tenant.Tenant => ({
  id: demoTenantId,
  displayName: "Contoso",
  domains: [demoDomain],
  applications: [
    ...[demoReader, demoAdmin, demoUnprivileged].map((application) => ({
      appId: application.clientId,
      objectId: application.objectId,
      displayName: application.displayName,
      secrets: [application.clientSecret],
      roles: application.roles,
      // Two may also act for users who come with a token for them; one has nobody's consent for that.
      scopes: application === demoUnprivileged ? [] : application.roles
    })),
    {
      appId: demoPublicClient.clientId,
      objectId: demoPublicClient.objectId,
      displayName: demoPublicClient.displayName,
      secrets: [],
      roles: [],
      allowPublicClient: true,
      redirectUris: demoPublicClient.redirectUris,
      scopes: demoPublicClient.delegatedPermissions
    }
  ],
  users: demoUsers,
  root: Demo.root({ domain: demoDomain, company: "Contoso", largeRun: demoLargeRun, deletedRun: demoDeletedRun })
})
