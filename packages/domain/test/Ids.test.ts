import { Ids } from "@effect-msgraph/domain"
import { describe, it } from "@effect/vitest"
import { assertInclude, assertTrue, strictEqual } from "@effect/vitest/utils"
import { Arbitrary, Either, FastCheck as fc, Schema } from "effect"

const schemas: ReadonlyArray<readonly [name: string, schema: Schema.Schema<any, string>]> = [
  ["WorkflowId", Ids.WorkflowId],
  ["RunId", Ids.RunId],
  ["UserProcessingResultId", Ids.UserProcessingResultId],
  ["TaskProcessingResultId", Ids.TaskProcessingResultId],
  ["TaskId", Ids.TaskId],
  ["TaskDefinitionId", Ids.TaskDefinitionId],
  ["UserId", Ids.UserId],
  ["GroupId", Ids.GroupId],
  ["CustomTaskExtensionId", Ids.CustomTaskExtensionId],
  ["AccessPackageId", Ids.AccessPackageId],
  ["AccessPackageAssignmentPolicyId", Ids.AccessPackageAssignmentPolicyId],
  ["SkuId", Ids.SkuId],
  ["WorkflowTemplateId", Ids.WorkflowTemplateId],
  ["TaskReportId", Ids.TaskReportId],
  ["SubjectProcessingResultId", Ids.SubjectProcessingResultId],
  ["AdministrativeUnitId", Ids.AdministrativeUnitId],
  ["DirectoryObjectId", Ids.DirectoryObjectId],
  ["ApplicationId", Ids.ApplicationId],
  ["ProvisioningObjectId", Ids.ProvisioningObjectId]
]

const fit: ReadonlyArray<string> = [
  "14879e66-9ea9-48d0-804d-8fea672d0341",
  "14879E66-9EA9-48D0-804D-8FEA672D0341",
  // a run, and a result of one, as the service also writes them
  "78799042-265a-4e8f-8d61-94a2dcd2d395_638927104150522341",
  "78799042-265a-4e8f-8d61-94a2dcd2d395_1_78799042-265a-4e8f-8d61-94a2dcd2d395_638927021459357126_" +
  "0cdd8963-1c30-4632-a1f2-ac96723069cb",
  "1",
  "...",
  ".a",
  "a.b",
  "a:b",
  "größe",
  "日本",
  "😀",
  "x".repeat(256),
  "😀".repeat(256)
]

const unfit: ReadonlyArray<string> = [
  "",
  ".",
  "..",
  "a/b",
  "a\\b",
  "../b",
  "a?b",
  "a#b",
  "%2e",
  "%2E%2e",
  "a%20b",
  "a b",
  " a",
  "a\n",
  "\t",
  "a\u00a0b",
  "a\u2028b",
  "a\u3000b",
  "a\ufeffb",
  "a\u0000b",
  "a\u007fb",
  "a\u0085b",
  // a user principal name is no id: it would put a person's address into paths and traces
  "user@example.com",
  "a'b",
  "a\"b",
  "<a>",
  "x".repeat(257),
  "😀".repeat(257),
  "\ud800",
  "a\udfffb"
]

describe("Ids", () => {
  for (const [name, schema] of schemas) {
    describe(name, () => {
      const decode = Schema.decodeUnknownEither(schema)

      it("accepts what can be one segment of a path, and leaves it as it is", () => {
        for (const text of fit) {
          strictEqual(Either.getOrThrow(decode(text)), text)
          strictEqual(Schema.encodeSync(schema)(text), text)
        }
      })

      it("refuses what cannot, and says what it expects", () => {
        for (const text of unfit) {
          const result = decode(text)
          assertTrue(Either.isLeft(result), JSON.stringify(text))
          assertInclude(
            String(result.left),
            `Expected a ${name}: 1 to 256 characters without spaces, slashes, quotes or @`
          )
        }
      })

      it("does not encode what it would not decode", () => {
        for (const text of unfit) {
          assertTrue(Either.isLeft(Schema.encodeUnknownEither(schema)(text)), JSON.stringify(text))
        }
      })

      it.prop("round trip", [Arbitrary.make(schema)], ([id]) => {
        strictEqual(Either.getOrThrow(decode(Schema.encodeSync(schema)(id))), id)
      })
    })
  }

  it.each([null, undefined, 1, {}, ["a"]])("refuses %j, which is no text", (value) => {
    assertTrue(Either.isLeft(Schema.decodeUnknownEither(Ids.RunId)(value)))
  })

  it.prop(
    "one that is accepted stays one segment of the path of an URL",
    [fc.oneof(fc.fullUnicodeString({ minLength: 1, maxLength: 12 }), fc.stringMatching(/^[.%2eE/\\?#a;:@ ]{1,6}$/))],
    ([text]) => {
      fc.pre(Either.isRight(Schema.decodeUnknownEither(Ids.RunId)(text)))
      const url = new URL(`https://graph.example.com/runs/${encodeURIComponent(text)}/after`)
      const segments = url.pathname.split("/")
      strictEqual(segments.length, 4)
      strictEqual(decodeURIComponent(segments[2]!), text)
      strictEqual(url.search + url.hash, "")
    },
    { fastCheck: { numRuns: 1000 } }
  )

  it("are of different brands", () => {
    const runId = Ids.RunId.make("a")
    // @ts-expect-error a RunId where a WorkflowId belongs does not compile
    const workflowId: Ids.WorkflowId = runId
    strictEqual<string>(workflowId, runId)
  })
})
