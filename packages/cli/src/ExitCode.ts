/**
 * The exit codes of `lcw`, for scripts that want to know why. A code is never given another meaning; new ones may come.
 *
 * @since 0.1.0
 */

/**
 * The exit codes by name: the number, and what it means. Help, guide and behaviour come from here.
 *
 * @since 0.1.0
 * @category Data
 */
export const table = {
  success: { code: 0, meaning: "done" },
  unexpected: { code: 1, meaning: "a fault of lcw itself" },
  usage: { code: 2, meaning: "the command line, an id or a setting is wrong" },
  authentication: { code: 3, meaning: "no token: a credential is missing, wrong or expired" },
  permission: { code: 4, meaning: "the token lacks a permission" },
  notFound: { code: 5, meaning: "there is no such object" },
  throttled: { code: 6, meaning: "throttled for longer than lcw waits" },
  service: { code: 7, meaning: "the service failed, or answered with something else than documented" },
  network: { code: 8, meaning: "a host cannot be reached, or did not answer in time" },
  conflict: { code: 9, meaning: "the object's present state does not allow it" },
  completedWithErrors: { code: 10, meaning: "the run is over, but tasks failed for some users" },
  runFailed: { code: 11, meaning: "the run is over, and failed" },
  runCanceled: { code: 12, meaning: "the run was canceled" },
  runNotOver: { code: 13, meaning: "the run is not over: held up in quarantine, not found, or watched long enough" },
  interrupted: { code: 130, meaning: "interrupted (Ctrl-C or SIGTERM)" }
} as const

/**
 * The name of an exit code.
 *
 * @since 0.1.0
 * @category Models
 */
export type Name = keyof typeof table
