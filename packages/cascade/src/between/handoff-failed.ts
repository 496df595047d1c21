import { PipelineError, type Placement } from '@redesmyn/core'

/** How far a call came. */
export interface TriedCall {
  readonly stage: string
  readonly placement: Placement
  /** Addresses of the instances that were asked, or else of all that could be. */
  readonly instances: readonly string[]
  readonly attempts: number
  /** Some attempt got as far as to the stage, and nobody knows that it did nothing there. */
  readonly mayHaveRun: boolean
  /** What the last attempt failed with; undefined where there was none. */
  readonly last: PipelineError | undefined
}

/** Why there is no further attempt. */
export type GivenUp = 'attempts' | 'budget' | 'deadline' | 'effects' | 'closed' | 'poison'

const reasons = {
  attempts: 'it is not tried again',
  budget: 'it is not tried again, because too many calls of this stage are retried',
  deadline: 'there is no time for another attempt',
  effects: 'it is not tried again, because its effects are "once" and it may have run',
  closed: 'no instance lets calls through within the time that is left',
} as const satisfies Record<Exclude<GivenUp, 'poison'>, string>

/**
 * The error of a call that is given up. One that the stage's process told keeps its code; where it was not reached, or the
 * way there broke, it is HANDOFF_FAILED and says what to look at.
 */
export function handoffFailed(call: TriedCall, why: Exclude<GivenUp, 'poison'>): PipelineError {
  const { last } = call
  const code = last?.code ?? 'HANDOFF_FAILED'
  const cause = last === undefined ? '' : `: ${last.message}`
  const next = code === 'HANDOFF_FAILED' ? `; ${nextStep(call)}` : ''
  const message = `${describe(call)} failed${cause}; ${reasons[why]}${next}`
  // What the last attempt did not do an earlier one may have done.
  const { notExecuted: _, ...details } = last?.details ?? {}
  return new PipelineError(code, message, { details: { ...details, ...facts(call) }, cause: last })
}

/** A batch that ended whatever ran it, twice. */
export function poisoned(call: TriedCall, rowCount: number): PipelineError {
  const rows = rowCount === 1 ? 'one row' : `${rowCount} rows`
  const message = `${describe(call)} failed: a batch of ${rows} ended what ran it twice, so it is not tried a third time`
  return new PipelineError('EXECUTOR_LOST', message, { details: { ...facts(call), poison: true }, cause: call.last })
}

export function deadlineExceeded(call: TriedCall, deadlineMs: number): PipelineError {
  const last = call.last === undefined ? '' : `, the last failure was: ${call.last.message}`
  const message = `${describe(call)} gave no result within ${Math.round(deadlineMs)} ms${last}`
  return new PipelineError('DEADLINE_EXCEEDED', message, { details: facts(call), cause: call.last })
}

function describe({ stage, placement, instances, attempts }: TriedCall): string {
  const times = attempts === 1 ? 'after 1 attempt' : `after ${attempts} attempts`
  return `stage "${stage}" over placement "${placement}" ${times} at ${instances.join(', ') || 'no instance'}`
}

function nextStep({ stage, instances }: TriedCall): string {
  const address = instances.at(-1)
  if (address === undefined) return 'does the discovery answer with the addresses of its instances?'
  return `is "cascade serve … --stage ${stage} --listen ${address}" running there?`
}

function facts({ stage, placement, instances, attempts, mayHaveRun }: TriedCall): Readonly<Record<string, unknown>> {
  return { stage, between: placement, instances, attempts, ...(!mayHaveRun && { notExecuted: true }) }
}
