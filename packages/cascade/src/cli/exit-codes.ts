import { type ErrorCode, errorTable } from '@redesmyn/core'

/** What the command says to whoever started it. */
export const exitCodes = {
  ok: 0,
  /** It failed in its work, or the drain time was over before every request was answered. */
  failed: 1,
  /** A flag, an option, the app module or the address is unusable. */
  usage: 2,
  /** A run has rejected more rows than it may. */
  rejects: 3,
  /** Schemas do not fit each other. */
  contract: 4,
  /** The output was begun with another plan, or another run holds it. */
  changed: 5,
  /** A service on another host cannot be reached. */
  unavailable: 6,
  /** The memory bound is too small. */
  memory: 7,
  /** A signal ended a run that can be resumed. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** `running`: the command has begun something that goes on until a signal ends it. */
export type CommandResult = ExitCode | 'running'

const byCode: { readonly [Code in ErrorCode]?: ExitCode } = {
  SCHEMA_NOT_ASSIGNABLE: exitCodes.contract,
  SCHEMA_MISMATCH: exitCodes.contract,
  LIFECYCLE_MISUSE: exitCodes.failed,
  SOURCE_FAILED: exitCodes.failed,
  SINK_FAILED: exitCodes.failed,
  REJECTS_EXCEEDED: exitCodes.rejects,
  PLAN_CHANGED: exitCodes.changed,
  OUTPUT_LOCKED: exitCodes.changed,
  PARTS_MISSING: exitCodes.changed,
  HANDOFF_FAILED: exitCodes.unavailable,
  MEMORY_INSUFFICIENT: exitCodes.memory,
  RUN_INTERRUPTED: exitCodes.interrupted,
}

/** What says of another process that it cannot be called, though it may answer. */
const byCodeElsewhere: { readonly [Code in ErrorCode]?: ExitCode } = {
  BETWEEN_UNSUPPORTED: exitCodes.unavailable,
  ROUTE_NOT_FOUND: exitCodes.unavailable,
  UNAUTHENTICATED: exitCodes.unavailable,
  DRAINING: exitCodes.unavailable,
  NOT_EXECUTED: exitCodes.unavailable,
  QUEUE_FULL: exitCodes.unavailable,
}

/**
 * Of a failed command. An input that cannot be read ends a run, which can go on; to `check` it is a mistake found. What
 * failed on the way to a stage elsewhere is nothing that is wrong with the command.
 */
export function exitCodeOf(code: ErrorCode, command?: string, where: 'here' | 'elsewhere' = 'here'): ExitCode {
  if (where === 'elsewhere') return byCodeElsewhere[code] ?? exitCodeOf(code, command)
  if (code === 'SOURCE_FAILED' && command === 'check') return exitCodes.usage
  return byCode[code] ?? (errorTable[code].http === null ? exitCodes.usage : exitCodes.failed)
}
