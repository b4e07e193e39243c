import { LifecycleWorkflowsApi } from "@effect-msgraph/domain"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { answering, lcw } from "./utils.js"

describe("lcw permissions", () => {
  it.effect("tells the least that operations need, and what needs it", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* lcw(
        ["permissions", "workflows.runs.get", "workflows.list", "--access", "application"],
        { env: { AZURE_TENANT_ID: "contoso.onmicrosoft.com", AZURE_CLIENT_ID: "some-client" } }
      )
      expect(code).toBe(0)
      expect(stdout).toBe([
        "Application permissions",
        "  LifecycleWorkflows-Reports.Read.All",
        "    workflows.runs.get  Get a run of a workflow",
        "  LifecycleWorkflows-Workflow.ReadBasic.All",
        "    workflows.list      List workflows",
        ""
      ].join("\n"))
      expect(stderr).toContain(
        "https://login.microsoftonline.com/contoso.onmicrosoft.com/adminconsent?client_id=some-client\n"
      )
    }).pipe(Effect.provide(answering())))

  it.effect("takes groups of operations, and tells roles where a user is signed in", () =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* lcw(
        ["permissions", "settings.*", "--json", "--cloud", "china", "--client-id", "some-client"],
        { env: {} }
      )
      expect(stderr).toBe("")
      const needed = [{
        permission: "LifecycleWorkflows.ReadWrite.All",
        operations: ["settings.get", "settings.update"]
      }]
      const { adminConsent, application, delegated } = JSON.parse(stdout)
      expect(application.permissions).toEqual(needed)
      expect(delegated).toEqual({ permissions: needed, entraRoles: ["Lifecycle Workflows Administrator"] })
      expect(adminConsent).toBe(
        "https://login.partner.microsoftonline.cn/organizations/adminconsent?client_id=some-client"
      )
      const read = yield* lcw(["permissions", "settings.get", "--access", "delegated"], { env: {} })
      expect(read.stdout).toContain("and the user needs the role Global Reader\n")
    }).pipe(Effect.provide(answering())))

  it.effect("takes all of them, and needs some", () =>
    Effect.gen(function*() {
      const all = yield* lcw(["permissions", "--all", "--json", "--access", "application"], { env: {} })
      const { application, delegated } = JSON.parse(all.stdout)
      expect(application.permissions.flatMap(({ operations }: { operations: Array<string> }) => operations))
        .toHaveLength(LifecycleWorkflowsApi.operations.length)
      expect(delegated).toBeUndefined()
      expect(yield* lcw(["permissions"], { env: {} })).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^lcw: OPERATION is missing\.\n/)
      })
      expect(yield* lcw(["permissions", "workflow.lst"], { env: {} })).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^lcw: "workflow\.lst" is no operation\. Did you mean workflows\.list\?\n/)
      })
    }).pipe(Effect.provide(answering())))
})
