import { type ErrorCode, errorTable } from '@redesmyn/core'

/** What the command says to whoever started it. */
export const exitCodes = {
  ok: 0,
  /** It failed in its work, or the drain time was over before every request was answered. */
  failed: 1,
  /** A flag, an option, the app module or the address is unusable. */
  usage: 2,
  /** Schemas do not fit each other. */
  contract: 4,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** `running`: the command has begun something that goes on until a signal ends it. */
export type CommandResult = ExitCode | 'running'

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'SCHEMA_NOT_ASSIGNABLE' || code === 'SCHEMA_MISMATCH') return exitCodes.contract
  if (code === 'LIFECYCLE_MISUSE') return exitCodes.failed
  return errorTable[code].http === null ? exitCodes.usage : exitCodes.failed
}
