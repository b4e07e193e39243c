/** Response bodies as Microsoft's pages print them, so that the tests mean something without the reference files. */

export const userProcessingResult = {
  "@odata.context":
    "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/lifecycleWorkflows/workflows('14879e66-9ea9-48d0-804d-8fea672d0341')/runs('dad77a47-6eda-4de7-bc37-fe8eb5aaf17d')/userProcessingResults/$entity",
  "id": "78b83505-6967-4168-a7ea-4921c0543ce9",
  "completedDateTime": "2022-08-24T23:28:11.1348863Z",
  "failedTasksCount": 0,
  "processingStatus": "completed",
  "scheduledDateTime": "2022-08-24T23:28:01.6476554Z",
  "startedDateTime": "2022-08-24T23:28:04.490313Z",
  "totalTasksCount": 2,
  "totalUnprocessedTasksCount": 0,
  "workflowExecutionType": "onDemand",
  "workflowVersion": 1,
  "subject": {
    "id": "ea09ac2e-77e3-4134-85f2-25ccf3c33387"
  }
}

export const selectedUserProcessingResult = {
  "@odata.context":
    "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/lifecycleWorkflows/workflows('15239232-66ed-445b-8292-2f5bbb2eb833')/runs('e65e08a0-d68d-41dc-915b-8c4019af5cc2')/userProcessingResults(id,failedTasksCount,processingStatus,totalTasksCount,totalUnprocessedTasksCount,subject)/$entity",
  "id": "40efc576-840f-47d0-ab95-5abca800f8a2",
  "failedTasksCount": 0,
  "processingStatus": "completed",
  "totalTasksCount": 3,
  "totalUnprocessedTasksCount": 0,
  "subject": {
    "id": "df744d9e-2148-4922-88a8-633896c1e929"
  }
}

export const run = {
  "id": "dad77a47-6eda-4de7-bc37-fe8eb5aaf17d",
  "completedDateTime": "2022-08-24T23:28:11.1348863Z",
  "failedTasksCount": 0,
  "failedUsersCount": 0,
  "lastUpdatedDateTime": "2022-08-24T23:33:09.186588Z",
  "processingStatus": "completed",
  "scheduledDateTime": "2022-08-24T23:28:01.6476554Z",
  "startedDateTime": "2022-08-24T23:28:04.5688752Z",
  "successfulUsersCount": 2,
  "totalTasksCount": 4,
  "totalUsersCount": 2,
  "totalUnprocessedTasksCount": 0,
  "workflowExecutionType": "onDemand"
}

export const reprocessingRun = {
  "id": "78799042-265a-4e8f-8d61-94a2dcd2d395_638927104150522341",
  "completedDateTime": null,
  "failedTasksCount": 0,
  "failedUsersCount": 0,
  "lastUpdatedDateTime": "2025-09-05T23:07:02.9206151Z",
  "processingStatus": "inProgress",
  "scheduledDateTime": "2025-09-05T23:06:55.0522341Z",
  "startedDateTime": "2025-09-05T23:07:02.9206143Z",
  "successfulUsersCount": 0,
  "totalTasksCount": 0,
  "totalUsersCount": 0,
  "totalUnprocessedTasksCount": 0,
  "workflowExecutionType": "activatedWithScope",
  "activatedOnScope": {
    "@odata.type": "#microsoft.graph.identityGovernance.activateProcessingResultScope",
    "taskScope": "allTasks",
    "processingResults": [
      {
        "id":
          "78799042-265a-4e8f-8d61-94a2dcd2d395_1_78799042-265a-4e8f-8d61-94a2dcd2d395_638927021459357126_0cdd8963-1c30-4632-a1f2-ac96723069cb",
        "completedDateTime": "2025-09-05T20:50:16.3660921Z",
        "failedTasksCount": 1,
        "processingStatus": "completedWithErrors",
        "scheduledDateTime": "2025-09-05T20:48:50.4546835Z",
        "startedDateTime": "2025-09-05T20:49:37.6050235Z",
        "totalTasksCount": 1,
        "totalUnprocessedTasksCount": 0,
        "workflowExecutionType": "onDemand",
        "workflowVersion": 1,
        "subject": {
          "id": "0cdd8963-1c30-4632-a1f2-ac96723069cb"
        }
      }
    ]
  },
  "reprocessedRuns": []
}

export const taskProcessingResult = {
  "completedDateTime": "2022-08-24T23:28:06.760333Z",
  "createdDateTime": "2022-08-24T23:28:04.5571759Z",
  "id": "e30b12e1-45fa-4463-8d54-48f43fd8942a",
  "processingStatus": "completed",
  "startedDateTime": "2022-08-24T23:28:06.3926865Z",
  "failureReason": null,
  "subject": {
    "id": "ea09ac2e-77e3-4134-85f2-25ccf3c33387"
  },
  "task": {
    "category": "joiner,leaver",
    "continueOnError": false,
    "description": "Add user to selected groups",
    "displayName": "Add User To Groups",
    "executionSequence": 2,
    "id": "eedd8043-90a1-4e3c-9112-b2a8917ea3ae",
    "isEnabled": true,
    "taskDefinitionId": "22085229-5809-45e8-97fd-270d28d66910",
    "arguments": [
      {
        "name": "groupID",
        "value": "e5659cb0-bcbb-4a9f-9092-90f72bd19028"
      }
    ]
  }
}

export const task = taskProcessingResult.task
