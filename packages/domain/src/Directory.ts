/**
 * The objects of the directory that workflows act on, as far as Lifecycle Workflows shows them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Entity from "./Entity.js"
import { GroupId, UserId } from "./Ids.js"

const userProperties = {
  id: UserId,
  accountEnabled: Entity.nullable(Schema.Boolean),
  companyName: Entity.nullable(Schema.String),
  createdDateTime: Entity.nullable(DateTimeOffset),
  department: Entity.nullable(Schema.String),
  displayName: Entity.nullable(Schema.String),
  employeeHireDate: Entity.nullable(DateTimeOffset),
  employeeId: Entity.nullable(Schema.String),
  employeeLeaveDateTime: Entity.nullable(DateTimeOffset),
  employeeType: Entity.nullable(Schema.String),
  givenName: Entity.nullable(Schema.String),
  jobTitle: Entity.nullable(Schema.String),
  mail: Entity.nullable(Schema.String),
  officeLocation: Entity.nullable(Schema.String),
  surname: Entity.nullable(Schema.String),
  userPrincipalName: Entity.nullable(Schema.String),
  userType: Entity.nullable(Schema.String)
} as const

/**
 * The entity type of a user.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface UserEntity extends Entity.Entity<typeof userProperties, {}> {}

/**
 * A user: the properties that lifecycle workflows read or report. Graph has many more; those that joiner, mover and leaver
 * automation has a use for are here.
 *
 * @see https://learn.microsoft.com/graph/api/resources/user
 * @since 0.1.0
 * @category Entities
 */
export const User: UserEntity = Entity.make("microsoft.graph.user", { properties: userProperties })

/**
 * A user, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type User = Entity.Type<UserEntity>

const groupProperties = {
  id: GroupId,
  displayName: Entity.nullable(Schema.String)
} as const

/**
 * The entity type of a group.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface GroupEntity extends Entity.Entity<typeof groupProperties, {}> {}

/**
 * A group: its id and name.
 *
 * @see https://learn.microsoft.com/graph/api/resources/group
 * @since 0.1.0
 * @category Entities
 */
export const Group: GroupEntity = Entity.make("microsoft.graph.group", { properties: groupProperties })

/**
 * A group, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type Group = Entity.Type<GroupEntity>
