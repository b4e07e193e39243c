/** User processing results as Microsoft's page shows one, each with its own ids and times. */
export const pageSize = 1000

const time = (index: number, offset: number) =>
  new Date(Date.UTC(2022, 7, 24, 23, 28, 1) + index * 1237 + offset).toISOString().replace("Z", "8863Z")

export const records = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `78b83505-6967-4168-a7ea-${String(index).padStart(12, "0")}`,
    completedDateTime: time(index, 10_134),
    failedTasksCount: index % 7 === 0 ? 1 : 0,
    processingStatus: index % 7 === 0 ? "failed" : "completed",
    scheduledDateTime: time(index, 0),
    startedDateTime: time(index, 2490),
    totalTasksCount: 2,
    totalUnprocessedTasksCount: 0,
    workflowExecutionType: "onDemand",
    workflowVersion: 1,
    subject: { id: `ea09ac2e-77e3-4134-85f2-${String(index).padStart(12, "0")}` }
  }))
