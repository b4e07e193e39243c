import * as Limits from "@effect-msgraph/domain/Limits"
import * as Either from "effect/Either"
import * as Store from "../../Store.js"
import { conflict, refused } from "../failure.js"
import { extensionOf } from "../processing/plan.js"
import { timestamp } from "../state.js"
import type { Behaviours } from "./behaviour.js"
import { authorOf, succeed, touch } from "./workflows.js"

export const extensions: Behaviours = {
  "customTaskExtensions.create": ({ body, caller, state }) =>
    Either.gen(function*() {
      if ((state.area.collections.customTaskExtensions?.size ?? 0) >= Limits.customTaskExtensionsPerTenant) {
        const limit = Limits.customTaskExtensionsPerTenant
        yield* Either.left(refused(`A tenant cannot have more than ${limit} custom task extensions.`))
      }
      const now = timestamp(state.now)
      const author = authorOf(caller)
      return Store.add(
        state.area,
        "customTaskExtensions",
        Store.node({
          callbackConfiguration: null,
          description: null,
          ...body,
          clientConfiguration: body.clientConfiguration ??
            {
              "@odata.type": "#microsoft.graph.customExtensionClientConfiguration",
              maximumRetries: 1,
              timeoutInMilliseconds: 1000
            },
          createdDateTime: now,
          id: state.random.guid(),
          lastModifiedDateTime: now
        }, { links: { createdBy: author, lastModifiedBy: author } })
      )
    }),

  "customTaskExtensions.update": (act) =>
    succeed(() => {
      act.target.properties = { ...act.target.properties, ...act.body }
      touch(act, act.target)
    }),

  "customTaskExtensions.delete": ({ state, target }) => {
    const user = Store.members(state.area, "workflows").find((workflow) =>
      Store.members(workflow, "tasks").some((task) => extensionOf(state, task) === target)
    )
    if (user !== undefined) {
      return Either.left(conflict(`The custom task extension is part of the workflow '${Store.idOf(user)}'.`))
    }
    return succeed(() => Store.remove(state.area, "customTaskExtensions", Store.idOf(target)))
  },

  "settings.update": ({ body, target }) =>
    succeed(() => {
      target.properties = { ...target.properties, ...body }
    })
}
