import * as Store from "../../Store.js"
import * as History from "./history.js"
import * as Random from "./random.js"
import * as Tasks from "./tasks.js"
import * as Workflows from "./workflows.js"

/** The users that Microsoft's examples name. */
export const userIds = [
  "ea09ac2e-77e3-4134-85f2-25ccf3c33387",
  "8cdf25a8-c9d2-423e-a03d-3f39f03c3e97",
  "df744d9e-2148-4922-88a8-633896c1e929"
] as const

type Find = (id: string) => Store.Node

/** A task's result that nobody printed: it completed within the time that its user's result was in progress. */
const madeUpTaskResult = (
  random: Random.Random,
  task: Store.Node,
  subject: Store.Node,
  started: number
): Store.Node =>
  Store.node({
    completedDateTime: Random.timestamp(started + random.int(300, 900), random),
    createdDateTime: Random.timestamp(started, random),
    id: random.guid(),
    processingStatus: "completed",
    startedDateTime: Random.timestamp(started + random.int(20, 200), random),
    failureReason: null
  }, { links: { subject, task } })

const userResult = (
  properties: Store.Properties,
  subject: Store.Node,
  taskProcessingResults: ReadonlyArray<Store.Node>
): Store.Node =>
  Store.node({
    failedTasksCount: 0,
    processingStatus: "completed",
    totalTasksCount: taskProcessingResults.length,
    totalUnprocessedTasksCount: 0,
    workflowExecutionType: "onDemand",
    workflowVersion: 1,
    ...properties
  }, { links: { subject }, collections: { taskProcessingResults, reprocessedRuns: [] } })

/** The workflow of the first example, with its two runs. */
const first = (find: Find, author: Store.Node): Store.Node => {
  const random = Random.make("printed first")
  const [ea09, c8cdf] = [find(userIds[0]), find(userIds[1])]
  const enable = Store.node({
    category: "joiner,leaver",
    continueOnError: false,
    description: "Enable user account in the directory",
    displayName: "Enable User Account",
    executionSequence: 1,
    id: "917e9eab-415d-4e45-b39d-87eb5e30de38",
    isEnabled: false,
    taskDefinitionId: Tasks.definitions.enableUserAccount.id,
    arguments: []
  })
  const addToGroups = Store.node({
    category: "joiner,leaver",
    continueOnError: false,
    description: "Add user to selected groups",
    displayName: "Add User To Groups",
    executionSequence: 2,
    id: "eedd8043-90a1-4e3c-9112-b2a8917ea3ae",
    isEnabled: true,
    taskDefinitionId: Tasks.definitions.addUserToGroups.id,
    arguments: [{ name: "groupID", value: Workflows.groups.everyone }]
  })
  const workflow = Workflows.make(
    {
      id: "14879e66-9ea9-48d0-804d-8fea672d0341",
      displayName: "Onboard new hire employee (on demand)",
      description: "Enables the account of a new hire and adds it to the groups that everybody is in",
      category: "joiner",
      version: 1,
      conditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" }
    },
    author,
    (workflow) => {
      Store.add(workflow, "tasks", enable)
      Store.add(workflow, "tasks", addToGroups)
    }
  )

  const run = (properties: Store.Properties) =>
    Store.node({
      failedTasksCount: 0,
      failedUsersCount: 0,
      processingStatus: "completed",
      successfulUsersCount: 2,
      totalTasksCount: 4,
      totalUsersCount: 2,
      totalUnprocessedTasksCount: 0,
      workflowExecutionType: "onDemand",
      ...properties
    })
  const madeUp = (subject: Store.Node, started: number) => [
    madeUpTaskResult(random, enable, subject, started),
    madeUpTaskResult(random, addToGroups, subject, started + 1200)
  ]

  History.attach(
    workflow,
    run({
      id: "dad77a47-6eda-4de7-bc37-fe8eb5aaf17d",
      completedDateTime: "2022-08-24T23:28:11.1348863Z",
      lastUpdatedDateTime: "2022-08-24T23:33:09.186588Z",
      scheduledDateTime: "2022-08-24T23:28:01.6476554Z",
      startedDateTime: "2022-08-24T23:28:04.5688752Z"
    }),
    [
      userResult(
        {
          id: "78b83505-6967-4168-a7ea-4921c0543ce9",
          completedDateTime: "2022-08-24T23:28:11.1348863Z",
          scheduledDateTime: "2022-08-24T23:28:01.6476554Z",
          startedDateTime: "2022-08-24T23:28:04.490313Z"
        },
        ea09,
        [
          Store.node({
            completedDateTime: "2022-08-24T23:28:05.3529197Z",
            createdDateTime: "2022-08-24T23:28:04.5490995Z",
            id: "05a96d7a-0e00-459c-b6c8-1870099e8275",
            processingStatus: "completed",
            startedDateTime: "2022-08-24T23:28:05.1234966Z",
            failureReason: null
          }, { links: { subject: ea09, task: enable } }),
          Store.node({
            completedDateTime: "2022-08-24T23:28:06.760333Z",
            createdDateTime: "2022-08-24T23:28:04.5571759Z",
            id: "e30b12e1-45fa-4463-8d54-48f43fd8942a",
            processingStatus: "completed",
            startedDateTime: "2022-08-24T23:28:06.3926865Z",
            failureReason: null
          }, { links: { subject: ea09, task: addToGroups } })
        ]
      ),
      userResult(
        {
          id: "16db611b-2518-48cf-89c0-3763abf8d0ab",
          completedDateTime: "2022-08-24T23:28:11.1100134Z",
          scheduledDateTime: "2022-08-24T23:28:01.6476554Z",
          startedDateTime: "2022-08-24T23:28:04.5469497Z"
        },
        c8cdf,
        madeUp(c8cdf, Date.UTC(2022, 7, 24, 23, 28, 5))
      )
    ]
  )
  const again = [ea09, c8cdf].map((subject, i) =>
    userResult(
      {
        id: random.guid(),
        completedDateTime: i === 0 ? "2022-08-25T00:15:11.8535443Z" : "2022-08-25T00:15:11.7719035Z",
        scheduledDateTime: "2022-08-25T00:15:04.0253846Z",
        startedDateTime: i === 0 ? "2022-08-25T00:15:05.2217706Z" : "2022-08-25T00:15:05.2384192Z"
      },
      subject,
      madeUp(subject, Date.UTC(2022, 7, 25, 0, 15, 6))
    )
  )
  History.attach(
    workflow,
    run({
      id: "a512bb50-3423-4bdc-ad5e-9731095b3b9a",
      completedDateTime: "2022-08-25T00:15:11.8535443Z",
      lastUpdatedDateTime: "2022-08-25T00:20:05.8667912Z",
      scheduledDateTime: "2022-08-25T00:15:04.0253846Z",
      startedDateTime: "2022-08-25T00:15:05.1818741Z"
    }),
    again
  )
  return workflow
}

/** The workflow of the second example, with its one run. The example prints some of the properties; the others are made up. */
const second = (find: Find, author: Store.Node): Store.Node => {
  const random = Random.make("printed second")
  const tasks = [
    Tasks.make({ definition: "enableUserAccount" }, 1, random),
    Tasks.make({ definition: "sendWelcomeEmail" }, 2, random),
    Tasks.make({ definition: "addUserToGroups", arguments: { groupID: Workflows.groups.everyone } }, 3, random)
  ]
  const workflow = Workflows.make(
    {
      id: "15239232-66ed-445b-8292-2f5bbb2eb833",
      displayName: "Onboard contractor (on demand)",
      description: "Enables the account of a contractor, sends the welcome email and adds the account to groups",
      category: "joiner",
      version: 1,
      conditions: { "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly" }
    },
    author,
    (workflow) => {
      for (const task of tasks) Store.add(workflow, "tasks", task)
    }
  )
  const subject = find(userIds[2])
  const started = Date.UTC(2022, 7, 26, 14, 2, 9)
  const times = {
    completedDateTime: "2022-08-26T14:02:16.4150127Z",
    scheduledDateTime: "2022-08-26T14:02:05.9127744Z"
  }
  const run = Store.node({
    id: "e65e08a0-d68d-41dc-915b-8c4019af5cc2",
    ...times,
    failedTasksCount: 0,
    failedUsersCount: 0,
    lastUpdatedDateTime: "2022-08-26T14:07:11.0381566Z",
    processingStatus: "completed",
    startedDateTime: "2022-08-26T14:02:08.2214903Z",
    successfulUsersCount: 1,
    totalTasksCount: 3,
    totalUsersCount: 1,
    totalUnprocessedTasksCount: 0,
    workflowExecutionType: "onDemand"
  })
  const taskResults = tasks.map((task, i) => madeUpTaskResult(random, task, subject, started + i * 1500))
  History.attach(workflow, run, [
    userResult(
      { id: "40efc576-840f-47d0-ab95-5abca800f8a2", ...times, startedDateTime: "2022-08-26T14:02:08.5063318Z" },
      subject,
      taskResults
    )
  ])
  return workflow
}

/** A workflow that runs nobody has started: as `workflow-get` prints it, where other examples print other versions of it. */
const third = (): Store.Node => {
  const author = Store.node({ id: "a698128f-b34f-44db-a9f9-7661c7aba8d8", displayName: "Workflow Author" })
  const task = (id: string, executionSequence: number, spec: Tasks.TaskSpec): Store.Node => {
    const made = Tasks.make(spec, executionSequence, Random.make(id))
    made.properties = { ...made.properties, id }
    return made
  }
  const workflow = Workflows.make(
    {
      id: "156ce798-1eb6-4e0a-8515-e79f54d04390",
      displayName: "Onboard new hire employee",
      description: "Configure new hire tasks for onboarding employees on their first day",
      category: "joiner",
      version: 1,
      conditions: Workflows.timeBased("employeeHireDate", 0, "(department eq 'Marketing')")
    },
    author,
    (workflow) => {
      const tasks = [
        task("4469d2ee-0626-4aa6-a792-84afcb9f3759", 1, { definition: "enableUserAccount" }),
        task("e93e4d5d-1bcd-4175-b8a1-81729e3b4df9", 2, { definition: "sendWelcomeEmail" }),
        task("072a6872-6052-4d4a-93f0-a0ff3f1dec19", 3, {
          definition: "addUserToGroups",
          arguments: { groupID: Workflows.groups.everyone }
        })
      ]
      tasks[2]!.properties = { ...tasks[2]!.properties, category: "joiner,leaver" }
      for (const task of tasks) Store.add(workflow, "tasks", task)
    }
  )
  workflow.properties = {
    ...workflow.properties,
    lastModifiedDateTime: "2022-08-24T15:39:17.6496744Z",
    createdDateTime: "2022-08-24T15:39:17.6496704Z",
    isSchedulingEnabled: false,
    nextScheduleRunDateTime: null
  }
  return workflow
}

/** The workflows of Microsoft's examples for the operations of a run, with payloads as printed there. */
export const workflows = (find: Find, author: Store.Node): ReadonlyArray<Store.Node> => [
  first(find, author),
  second(find, author),
  third()
]
