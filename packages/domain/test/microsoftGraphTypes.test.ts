/**
 * The names of our properties and enumeration members against those of Microsoft's own types. The compiler does the work: each
 * difference has its reason here, or this file does not compile; and a reason without a difference does not compile either.
 */
import type * as CustomTaskExtension from "@effect-msgraph/domain/CustomTaskExtension"
import type * as DirectoryObject from "@effect-msgraph/domain/DirectoryObject"
import type * as Entity from "@effect-msgraph/domain/Entity"
import type * as ExecutionConditions from "@effect-msgraph/domain/ExecutionConditions"
import type * as Insights from "@effect-msgraph/domain/Insights"
import type * as Settings from "@effect-msgraph/domain/LifecycleManagementSettings"
import type * as OpenEnum from "@effect-msgraph/domain/OpenEnum"
import type * as Processing from "@effect-msgraph/domain/Processing"
import type * as Summary from "@effect-msgraph/domain/Summary"
import type * as TaskDefinition from "@effect-msgraph/domain/TaskDefinition"
import type * as TaskReport from "@effect-msgraph/domain/TaskReport"
import type * as Workflow from "@effect-msgraph/domain/Workflow"
import { it } from "@effect/vitest"
import { assertTrue } from "@effect/vitest/utils"
import type * as Graph from "@microsoft/microsoft-graph-types"
import type { IdentityGovernanceNamespace as Lcw } from "@microsoft/microsoft-graph-types"

/** A reason for every name that only we have (`+`), and for every one that only they have (`-`). */
type Differences<Ours extends string, Theirs extends string> = [Exclude<Ours, Theirs> | Exclude<Theirs, Ours>] extends
  [never] ? { readonly [name: string]: never }
  :
    & { readonly [N in Exclude<Ours, Theirs> as `+${N}`]: string }
    & { readonly [N in Exclude<Theirs, Ours> as `-${N}`]: string }

const compare = <Ours extends string, Theirs extends string>(differences: Differences<Ours, Theirs>): object =>
  differences

type Names<E extends Entity.Any> = (keyof E["properties"] | keyof E["navigation"]) & string

type Keys<T> = keyof T & string

type Member<U extends { readonly _tag: string }, Tag extends U["_tag"]> = Exclude<
  Keys<Extract<U, { readonly _tag: Tag }>>,
  "_tag"
>

type Members<E> = E extends OpenEnum.OpenEnum<infer M> ? M : never

const newer = "in the metadata of v1.0, newer than the types"
const page = "on Microsoft's page for v1.0, in the metadata of beta"

const entities = [
  compare<Names<Workflow.WorkflowEntity>, Keys<Lcw.Workflow>>({
    "+administrationScopeTargets": newer,
    "+previewScope": newer,
    "+quarantineDetails": newer,
    "+settings": newer
  }),
  compare<Names<Workflow.WorkflowDetailsEntity>, Names<Workflow.WorkflowEntity>>({}),
  compare<Names<Workflow.DeletedWorkflowEntity>, Names<Workflow.WorkflowEntity>>({}),
  compare<Names<Workflow.WorkflowVersionEntity>, Keys<Lcw.WorkflowVersion>>({
    "+administrationScopeTargets": newer,
    "+settings": newer
  }),
  compare<Names<Workflow.WorkflowVersionDetailsEntity>, Names<Workflow.WorkflowVersionEntity>>({}),
  compare<Names<Workflow.WorkflowTemplateEntity>, Keys<Lcw.WorkflowTemplate>>({}),
  compare<Names<Processing.RunEntity>, Keys<Lcw.Run>>({ "+activatedOnScope": newer, "+reprocessedRuns": newer }),
  compare<Names<Processing.UserProcessingResultEntity>, Keys<Lcw.UserProcessingResult>>({ "+reprocessedRuns": newer }),
  compare<Names<Processing.TaskProcessingResultEntity>, Keys<Lcw.TaskProcessingResult>>({ "+processingInfo": newer }),
  compare<Names<Processing.TaskEntity>, Keys<Lcw.Task>>({}),
  compare<Names<TaskDefinition.TaskDefinitionEntity>, Keys<Lcw.TaskDefinition>>({}),
  compare<Names<TaskReport.TaskReportEntity>, Keys<Lcw.TaskReport>>({}),
  compare<Names<CustomTaskExtension.CustomTaskExtensionEntity>, Keys<Lcw.CustomTaskExtension>>({ "+replyMode": page }),
  compare<Names<Settings.LifecycleManagementSettingsEntity>, Keys<Lcw.LifecycleManagementSettings>>({
    "+quarantineConfiguration": newer
  }),
  compare<Names<DirectoryObject.DirectoryObjectEntity>, Keys<Graph.DirectoryObject>>({})
]

const complexTypes = [
  compare<Member<ExecutionConditions.Trigger, "TimeBasedAttributeTrigger">, Keys<Lcw.TimeBasedAttributeTrigger>>({}),
  compare<Member<ExecutionConditions.Trigger, "AttributeChangeTrigger">, Keys<Lcw.AttributeChangeTrigger>>({}),
  compare<Member<ExecutionConditions.Trigger, "MembershipChangeTrigger">, Keys<Lcw.MembershipChangeTrigger>>({}),
  compare<Member<ExecutionConditions.Scope, "RuleBasedSubjectSet">, Keys<Lcw.RuleBasedSubjectSet>>({}),
  compare<Member<ExecutionConditions.Scope, "GroupBasedSubjectSet">, Keys<Lcw.GroupBasedSubjectSet>>({}),
  compare<
    Member<ExecutionConditions.ExecutionConditions, "TriggerAndScopeBasedConditions">,
    Keys<Lcw.TriggerAndScopeBasedConditions>
  >({}),
  compare<
    Member<ExecutionConditions.ExecutionConditions, "OnDemandExecutionOnly">,
    Keys<Lcw.OnDemandExecutionOnly>
  >({}),
  compare<
    Member<CustomTaskExtension.EndpointConfiguration, "LogicAppTriggerEndpointConfiguration">,
    Keys<Graph.LogicAppTriggerEndpointConfiguration>
  >({}),
  compare<
    Member<CustomTaskExtension.AuthenticationConfiguration, "AzureAdTokenAuthentication">,
    Keys<Graph.AzureAdTokenAuthentication>
  >({}),
  compare<
    Member<CustomTaskExtension.AuthenticationConfiguration, "AzureAdPopTokenAuthentication">,
    Keys<Graph.AzureAdPopTokenAuthentication>
  >({}),
  compare<
    Member<CustomTaskExtension.CallbackConfiguration, "CustomTaskExtensionCallbackConfiguration">,
    Keys<Lcw.CustomTaskExtensionCallbackConfiguration>
  >({}),
  compare<Keys<CustomTaskExtension.ClientConfiguration>, Keys<Graph.CustomExtensionClientConfiguration>>({}),
  compare<Keys<CustomTaskExtension.CallbackData>, Keys<Lcw.CustomTaskExtensionCallbackData>>({
    "+targetSubject": page
  }),
  compare<Keys<Settings.EmailSettings>, Keys<Graph.EmailSettings>>({}),
  compare<Keys<TaskDefinition.Parameter>, Keys<Lcw.Parameter>>({}),
  compare<Keys<Summary.RunSummary>, Keys<Lcw.RunSummary>>({}),
  compare<Keys<Summary.UserSummary>, Keys<Lcw.UserSummary>>({}),
  compare<Keys<Summary.TaskReportSummary>, Keys<Lcw.TaskReportSummary>>({}),
  compare<Keys<Insights.WorkflowsInsightsSummary>, Keys<Lcw.WorkflowsInsightsSummary>>({}),
  compare<Keys<Insights.WorkflowsInsightsByCategory>, Keys<Lcw.WorkflowsInsightsByCategory>>({}),
  compare<Keys<Insights.TopTasksInsightsSummary>, Keys<Lcw.TopTasksInsightsSummary>>({}),
  compare<Keys<Insights.TopWorkflowsInsightsSummary>, Keys<Lcw.TopWorkflowsInsightsSummary>>({})
]

const enumerations = [
  compare<Members<typeof Workflow.WorkflowCategory>, Lcw.LifecycleWorkflowCategory>({}),
  compare<Members<typeof Processing.TaskCategory>, Lcw.LifecycleTaskCategory>({}),
  compare<Members<typeof Processing.ProcessingStatus>, Lcw.LifecycleWorkflowProcessingStatus>({
    "+canceling": newer,
    "+quarantined": newer
  }),
  compare<Members<typeof Processing.WorkflowExecutionType>, Lcw.WorkflowExecutionType>({
    "+activatedWithScope": newer,
    "+preview": newer
  }),
  compare<Members<typeof ExecutionConditions.TimeBasedAttribute>, Lcw.WorkflowTriggerTimeBasedAttribute>({}),
  compare<Members<typeof ExecutionConditions.MembershipChangeType>, Lcw.MembershipChangeType>({}),
  compare<Members<typeof TaskDefinition.ValueType>, Lcw.ValueType>({}),
  compare<Members<typeof CustomTaskExtension.OperationStatus>, Lcw.CustomTaskExtensionOperationStatus>({})
]

/** Microsoft's types that have no counterpart here, with the reason. */
const absent: { readonly [name: string]: string } = {
  CustomTaskExtensionCalloutData: "what the service sends to a Logic App: in no operation's request or answer",
  Insights: "a container of functions, without properties of its own",
  LifecycleWorkflowsContainer: "the root of the paths: no operation reads it",
  UsersProcessingSummary: "in no operation's answer; the functions return userSummary",
  WorkflowBase: "abstract: Workflow and WorkflowVersion have its properties",
  WorkflowExecutionConditions: "abstract",
  WorkflowExecutionTrigger: "abstract"
}

it("names are those of Microsoft's types, but for what is listed", () => {
  assertTrue([...entities, ...complexTypes, ...enumerations, absent].length > 40)
})
