/**
 * The bodies of the requests that start workflows and stop their runs.
 *
 * @since 0.1.0
 */
export * as ActivationBody from "./ActivationBody.js"

/**
 * Custom task extensions: Logic Apps that a workflow calls, and how they answer.
 *
 * @since 0.1.0
 */
export * as CustomTaskExtension from "./CustomTaskExtension.js"

/**
 * The bodies of the requests that create and change custom task extensions, and of the one by which a Logic App calls back.
 *
 * @since 0.1.0
 */
export * as CustomTaskExtensionBody from "./CustomTaskExtensionBody.js"

/**
 * `Edm.DateTimeOffset`, the only date type of the API.
 *
 * @since 0.1.0
 */
export * as DateTimeOffset from "./DateTimeOffset.js"

/**
 * Decoding at the speed that large reports need. A schema is turned into plain functions once; where a value does not
 * fit, the schema itself is asked why.
 *
 * @since 0.1.0
 */
export * as Decoder from "./Decoder.js"

/**
 * The objects of the directory that workflows act on, as far as Lifecycle Workflows shows them.
 *
 * @since 0.1.0
 */
export * as Directory from "./Directory.js"

/**
 * Objects of the directory whose kind is known only at run time.
 *
 * @since 0.1.0
 */
export * as DirectoryObject from "./DirectoryObject.js"

/**
 * `Edm.Duration`, the type of a time span.
 *
 * @since 0.1.0
 */
export * as EdmDuration from "./EdmDuration.js"

/**
 * The OData model: entity types with their properties and navigation properties, and what `$select` and `$expand` make of them.
 *
 * @since 0.1.0
 */
export * as Entity from "./Entity.js"

/**
 * When a workflow runs and for whom: its trigger and its scope, or on demand only.
 *
 * @since 0.1.0
 */
export * as ExecutionConditions from "./ExecutionConditions.js"

/**
 * `$filter` as data: an expression tree with one encoder and one parser, which are inverse to each other.
 *
 * @since 0.1.0
 */
export * as Filter from "./Filter.js"

/**
 * Branded identifiers: a `RunId` where a `WorkflowId` belongs does not compile.
 *
 * @since 0.1.0
 */
export * as Ids from "./Ids.js"

/**
 * Counts over all workflows of a tenant, in a span of time.
 *
 * @since 0.1.0
 */
export * as Insights from "./Insights.js"

/**
 * The settings of Lifecycle Workflows in a tenant.
 *
 * @since 0.1.0
 */
export * as LifecycleManagementSettings from "./LifecycleManagementSettings.js"

/**
 * The body of the request that changes the settings of a tenant.
 *
 * @since 0.1.0
 */
export * as LifecycleManagementSettingsBody from "./LifecycleManagementSettingsBody.js"

/**
 * The catalogue: every operation of the Lifecycle Workflows API v1.0 that Microsoft documents, each described once.
 *
 * @since 0.1.0
 */
export * as LifecycleWorkflowsApi from "./LifecycleWorkflowsApi.js"

/**
 * The limits of the service, as Microsoft states them: what the schemas of request bodies check before anything is sent, and what
 * the service checks of a tenant as a whole.
 *
 * @since 0.1.0
 */
export * as Limits from "./Limits.js"

/**
 * Where a value departs from its schema, without the value: it may be personal data, or a secret.
 *
 * @since 0.1.0
 */
export * as Mismatch from "./Mismatch.js"

/**
 * The clouds that Microsoft Graph runs in. One value holds the Graph root, the login authority and the token scope of a
 * cloud, so that a token can never be asked of one cloud and sent to another.
 *
 * @since 0.1.0
 */
export * as NationalCloud from "./NationalCloud.js"

/**
 * The error body of Microsoft Graph.
 *
 * @since 0.1.0
 */
export * as ODataError from "./ODataError.js"

/**
 * Hierarchies of complex types, which the service tells apart by `@odata.type`, as tagged unions.
 *
 * @since 0.1.0
 */
export * as ODataType from "./ODataType.js"

/**
 * Evolvable enumerations. Microsoft Graph adds members to its enumerations over time, so a member that this version does not
 * know is a value like any other: it decodes to a branded string, never to an error and never to `undefined`.
 *
 * @since 0.1.0
 */
export * as OpenEnum from "./OpenEnum.js"

/**
 * One REST operation, described once as data. The client turns it into a request, the emulator into a route, the command line
 * into a command, the documentation into a table.
 *
 * @since 0.1.0
 */
export * as Operation from "./Operation.js"

/**
 * Microsoft Graph permissions and Microsoft Entra roles, as data.
 *
 * @since 0.1.0
 */
export * as Permissions from "./Permissions.js"

/**
 * What became of a workflow: its runs, the users and tasks that each run processed.
 *
 * @since 0.1.0
 */
export * as Processing from "./Processing.js"

/**
 * Quarantine: the thresholds above which the service stops a scheduled workflow, and what it says of one that it stopped.
 *
 * @since 0.1.0
 */
export * as Quarantine from "./Quarantine.js"

/**
 * OData query options: what a caller may ask of an operation, and how it is written in an URL.
 *
 * @since 0.1.0
 */
export * as Query from "./Query.js"

/**
 * The `Retry-After` header, by which Graph and the login authority say how long to wait.
 *
 * @since 0.1.0
 */
export * as RetryAfter from "./RetryAfter.js"

/**
 * Subjects that need not be users of the directory: what a workflow can be activated for, and what became of each.
 *
 * @since 0.1.0
 */
export * as SubjectProcessing from "./SubjectProcessing.js"

/**
 * Counts of runs, users, subjects and tasks over a span of time, of one workflow.
 *
 * @since 0.1.0
 */
export * as Summary from "./Summary.js"

/**
 * The built-in tasks: what a task of a workflow can do, and which arguments it takes.
 *
 * @since 0.1.0
 */
export * as TaskDefinition from "./TaskDefinition.js"

/**
 * Reports on the tasks of a run: for how many users each of them succeeded or failed.
 *
 * @since 0.1.0
 */
export * as TaskReport from "./TaskReport.js"

/**
 * Built-in tasks without their GUIDs: a builder for each, which knows its definition, category and arguments.
 *
 * @since 0.1.0
 */
export * as Tasks from "./Tasks.js"

/**
 * Workflows: as they are, as they were in each version, as they are deleted, and the templates that they are made from.
 *
 * @since 0.1.0
 */
export * as Workflow from "./Workflow.js"

/**
 * The bodies of the requests that create and change workflows: what the caller decides, and nothing that the service sets.
 *
 * @since 0.1.0
 */
export * as WorkflowBody from "./WorkflowBody.js"
