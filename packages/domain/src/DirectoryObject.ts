/**
 * Objects of the directory whose kind is known only at run time.
 *
 * @since 0.1.0
 */
import { DateTimeOffset } from "./DateTimeOffset.js"
import * as Entity from "./Entity.js"
import { AdministrativeUnitId, DirectoryObjectId, GroupId, UserId } from "./Ids.js"
import * as ODataType from "./ODataType.js"

const directoryObjectProperties = {
  id: DirectoryObjectId,
  deletedDateTime: Entity.nullable(DateTimeOffset)
} as const

/**
 * The entity type of an object of the directory.
 *
 * @since 0.1.0
 * @category Entities
 */
export interface DirectoryObjectEntity extends Entity.Entity<typeof directoryObjectProperties, {}> {}

/**
 * An object of the directory: what all kinds have in common.
 *
 * @see https://learn.microsoft.com/graph/api/resources/directoryobject
 * @since 0.1.0
 * @category Entities
 */
export const DirectoryObject: DirectoryObjectEntity = Entity.make("microsoft.graph.directoryObject", {
  properties: directoryObjectProperties
})

/**
 * An object of the directory, in the shape of a default call.
 *
 * @since 0.1.0
 * @category Models
 */
export type DirectoryObject = Entity.Type<DirectoryObjectEntity>

const referenceMembers = {
  User: { id: UserId },
  Group: { id: GroupId },
  AdministrativeUnit: { id: AdministrativeUnitId }
} as const

/**
 * A reference to an object of the directory, with its kind.
 *
 * @since 0.1.0
 * @category Schemas
 */
export const DirectoryObjectReference = ODataType.union("microsoft.graph", referenceMembers)

/**
 * A reference to an object of the directory, with its kind.
 *
 * @since 0.1.0
 * @category Models
 */
export type DirectoryObjectReference = ODataType.Type<typeof referenceMembers>

/**
 * A reference to an administrative unit.
 *
 * @see https://learn.microsoft.com/graph/api/resources/administrativeunit
 * @since 0.1.0
 * @category Schemas
 */
export const AdministrativeUnitReference = ODataType.typed("microsoft.graph.administrativeUnit", {
  id: AdministrativeUnitId
})

/**
 * A reference to an administrative unit.
 *
 * @since 0.1.0
 * @category Models
 */
export type AdministrativeUnitReference = typeof AdministrativeUnitReference.Type
