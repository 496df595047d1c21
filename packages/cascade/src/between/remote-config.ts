import { maxTimerMs, PipelineError } from '@redesmyn/core'
import { defaultCreditBytes } from '../handoff/credit-window.ts'

/** How a stage elsewhere is called, whichever way it is reached. */
export interface RemoteOptions {
  readonly retry?: RemoteRetryOptions
  readonly breaker?: {
    /** Failures of an instance one after the other after which it is left alone. Default 5. */
    readonly failures?: number
    /** For how many milliseconds, before one call may try it again. Default 5,000. */
    readonly openMs?: number
  }
  /** Calls that are on their way at once; more wait for room. Default 4. */
  readonly maxCalls?: number
  /** Bytes of all batches on their way at once; a larger batch goes alone. Default 64 MiB. */
  readonly maxBytes?: number
  /** Milliseconds until an instance must have taken a connection and shaken hands. Default 1,500. */
  readonly connectTimeoutMs?: number
  /** Milliseconds that one attempt may take. Default 300,000; a call's own deadline may be shorter. */
  readonly attemptTimeoutMs?: number
  /** How often a function that tells the addresses is asked again, in milliseconds. Default 10,000. */
  readonly discoverEveryMs?: number
  /** `'partition'`: calls for the same partition go to the same instance while it is there. Default: the less busy of two. */
  readonly affinity?: 'none' | 'partition'
}

export interface RemoteRetryOptions {
  /** Attempts in all, the first included. Default 6. */
  readonly attempts?: number
  /** Most milliseconds before the second attempt, doubled before each later one. Default 100. */
  readonly baseMs?: number
  /** What that never grows past. Default 5,000. */
  readonly capMs?: number
  /** Retries that each call pays for, over all calls of a stage. Default 0.1: one for each ten calls. */
  readonly budgetRatio?: number
  /** Retries that are there before any call has paid. Default 10. */
  readonly budgetFloor?: number
}

/** `RemoteOptions`, complete and checked. */
export interface RemoteConfig {
  readonly retry: Required<RemoteRetryOptions>
  readonly breaker: { readonly failures: number; readonly openMs: number }
  readonly maxCalls: number
  readonly maxBytes: number
  readonly connectTimeoutMs: number
  readonly attemptTimeoutMs: number
  readonly discoverEveryMs: number
  readonly affinity: 'none' | 'partition'
}

interface OptionRow {
  readonly default: number
  readonly least: number
  readonly most: number
  readonly isWhole: boolean
}

/** Every number of `RemoteOptions`: its default and its range. */
export const remoteOptionTable = {
  'retry.attempts': whole(6, 1),
  'retry.baseMs': milliseconds(100, 0),
  'retry.capMs': milliseconds(5000, 0),
  'retry.budgetRatio': { default: 0.1, least: 0, most: 1, isWhole: false },
  'retry.budgetFloor': whole(10, 0),
  'breaker.failures': whole(5, 1),
  'breaker.openMs': milliseconds(5000, 1),
  maxCalls: whole(4, 1),
  maxBytes: whole(defaultCreditBytes, 1),
  connectTimeoutMs: { default: 1500, least: 1, most: 600_000, isWhole: true },
  attemptTimeoutMs: milliseconds(300_000, 1),
  discoverEveryMs: milliseconds(10_000, 10),
} as const satisfies Readonly<Record<string, OptionRow>>

/** Throws CONFIG_INVALID naming the option. `owner` begins the message: `between.host()`. */
export function resolveRemote(owner: string, options: RemoteOptions): RemoteConfig {
  const { retry = {}, breaker = {}, affinity = 'none' } = options
  const number = (name: keyof typeof remoteOptionTable, value: unknown) => checkNumber(owner, name, value)
  if (affinity !== 'none' && affinity !== 'partition') {
    throw invalid(owner, `affinity must be "none" or "partition", got "${String(affinity)}"`)
  }
  return Object.freeze({
    retry: Object.freeze({
      attempts: number('retry.attempts', retry.attempts),
      baseMs: number('retry.baseMs', retry.baseMs),
      capMs: number('retry.capMs', retry.capMs),
      budgetRatio: number('retry.budgetRatio', retry.budgetRatio),
      budgetFloor: number('retry.budgetFloor', retry.budgetFloor),
    }),
    breaker: Object.freeze({
      failures: number('breaker.failures', breaker.failures),
      openMs: number('breaker.openMs', breaker.openMs),
    }),
    maxCalls: number('maxCalls', options.maxCalls),
    maxBytes: number('maxBytes', options.maxBytes),
    connectTimeoutMs: number('connectTimeoutMs', options.connectTimeoutMs),
    attemptTimeoutMs: number('attemptTimeoutMs', options.attemptTimeoutMs),
    discoverEveryMs: number('discoverEveryMs', options.discoverEveryMs),
    affinity,
  })
}

function checkNumber(owner: string, name: keyof typeof remoteOptionTable, value: unknown): number {
  const row: OptionRow = remoteOptionTable[name]
  if (value === undefined) return row.default
  const isRight = row.isWhole ? Number.isSafeInteger(value) : typeof value === 'number'
  if (typeof value === 'number' && isRight && value >= row.least && value <= row.most) return value
  const kind = row.isWhole ? 'a whole number' : 'a number'
  const range = row.most === Number.POSITIVE_INFINITY ? `>= ${row.least}` : `from ${row.least} to ${row.most}`
  throw invalid(owner, `${name} must be ${kind} ${range}, got ${typeof value === 'number' ? value : typeof value}`)
}

function invalid(owner: string, problem: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${owner}: ${problem}`)
}

function whole(standard: number, least: number): OptionRow {
  return { default: standard, least, most: Number.POSITIVE_INFINITY, isWhole: true }
}

/** Timers take no more. */
function milliseconds(standard: number, least: number): OptionRow {
  return { default: standard, least, most: maxTimerMs, isWhole: false }
}
