import { describe, it } from "@effect/vitest"
import { check } from "./check.js"
import * as Harness from "./harness.js"
import type { Platform } from "./harness.js"
import * as Table from "./table.js"

/** One kind each of what may be repeated or not, and answers something or nothing: the platforms know no more of it. */
const classes = Harness.kinds.filter(({ name }) => ["get", "create", "update", "action"].includes(name))

for (const platform of Object.keys(Harness.platforms) as ReadonlyArray<Platform>) {
  describe(`over ${platform}`, () => {
    for (const row of [...Table.connecting, ...Table.exchanging]) {
      it.effect(row.name, () => check(row, platform, platform === "fetch" ? Harness.kinds : classes))
    }
  })
}

describe("over a platform that reports", () => {
  for (const row of Table.reported) it.effect(row.name, () => check(row, "fetch"))
})
