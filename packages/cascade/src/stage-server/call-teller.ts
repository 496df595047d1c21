import { errorTable, type Log, PipelineError } from '@redesmyn/core'
import { emit } from '@redesmyn/worker'
import type { CallHead } from '../wire/call-head.ts'
import type { CallCounts } from './call-counts.ts'
import { traceIdOf } from './call-head.ts'
import type { StageAnswer } from './joined-calls.ts'

export interface ToldCall {
  readonly stage: string
  readonly head: CallHead
  readonly requestId: string
}

/** Counts and logs what became of calls, each once. */
export class CallTeller {
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  served(call: ToldCall, counts: CallCounts, { reply, how }: StageAnswer, callMs: number): void {
    counts.add(how === 'run' ? 'done' : how)
    emit(this.#log, 'callServed', {
      ...factsOf(call),
      rowCount: reply.batch.rowCount,
      rejectCount: reply.rejects.length,
      how,
      callMs: Math.round(callMs * 1000) / 1000,
    })
  }

  failed(call: ToldCall, counts: CallCounts, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return counts.add('cancelled')
    const code = error instanceof PipelineError ? error.code : 'INTERNAL'
    const facts = { ...factsOf(call), code }
    const isRefused = error instanceof PipelineError && (error.details['notExecuted'] === true || isSenders(error))
    counts.add(isRefused ? 'refused' : 'failed')
    if (isRefused) emit(this.#log, 'callRefused', { ...facts, reason: error.message })
    else emit(this.#log, 'callFailed', { ...facts, err: error })
  }
}

/** There was no time for it, or it is the sender that is to blame. */
function isSenders({ code }: PipelineError): boolean {
  const { http } = errorTable[code]
  return code === 'DEADLINE_EXCEEDED' || (http !== null && http < 500)
}

function factsOf({ stage, head, requestId }: ToldCall) {
  const traceId = traceIdOf(head)
  return { stage, requestId, attempt: head.attempt, ...(traceId !== undefined && { traceId }) }
}
