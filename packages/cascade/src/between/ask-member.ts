import { PipelineError, type RecordBatch } from '@redesmyn/core'
import type { CallContext, Reply } from '../handoff/between.ts'
import { CallSignal } from '../handoff/call-signal.ts'
import type { Verdict } from './circuit-breaker.ts'
import { fitBatch } from './fit-batch.ts'
import { greetMember } from './greet-member.ts'
import { judgeSilence } from './judge-silence.ts'
import type { Member } from './member.ts'
import type { RemoteEdge } from './remote-edge.ts'
import { isStranger, retryRule } from './retry-rules.ts'

export interface Question {
  readonly batch: RecordBatch
  readonly bytes: number
  /** Ends the whole call. */
  readonly signal: AbortSignal
  /** Milliseconds that the call still has. */
  readonly leftMs: () => number
  /** The call's context now that it is made; throws where too little time is left for that. */
  readonly begin: () => CallContext
}

/** A stage's process ends a call 5 ms before its time is over; that is told within the rest. */
const answerMs = 10

export type Outcome =
  | { readonly kind: 'answered'; readonly reply: Reply }
  | {
      readonly kind: 'failed'
      readonly thrown: unknown
      /** The rows have left, so they may have run. */
      readonly wasSent: boolean
    }

/** Makes one attempt at one instance, greeting it first where that has to be, and keeps account of how it went. */
export async function askMember(edge: RemoteEdge, member: Member, question: Question): Promise<Outcome> {
  const passage = member.breaker.begin()
  const end = member.begin(question.bytes)
  let wasSent = false
  try {
    const { input } = await greetMember(edge, member, question.signal)
    const batch = fitBatch(question.batch, input.fields, edge.stage)
    const context = question.begin()
    wasSent = true
    const reply = await send(edge, member, batch, context)
    passage.end('succeeded')
    return { kind: 'answered', reply }
  } catch (thrown) {
    const failure = { thrown, isGivenUp: question.signal.aborted, wasSent, leftMs: question.leftMs() }
    if (hasRunOut(failure)) void judgeSilence(edge, member, passage)
    else passage.end(judge(edge, member, failure))
    return { kind: 'failed', thrown, wasSent }
  } finally {
    end()
    edge.changes.tell()
  }
}

/** The stage is told of the call's own deadline alone: an attempt that takes too long is no failure of its rows. */
async function send(
  { clock, config }: RemoteEdge,
  member: Member,
  batch: RecordBatch,
  context: CallContext,
): Promise<Reply> {
  const { instance } = member
  const ms = config.attemptTimeoutMs
  const limit = new CallSignal([context.signal], { clock, ms, isOver: () => noAnswer(instance.address, ms) })
  member.countCall()
  try {
    return await instance.call(batch, { ...context, signal: limit.signal })
  } finally {
    limit.end()
  }
}

interface Failure {
  readonly thrown: unknown
  /** The whole call is over, and not only this attempt. */
  readonly isGivenUp: boolean
  readonly wasSent: boolean
  readonly leftMs: number
}

/** The call's own time was over while the instance had it. */
function hasRunOut({ thrown, isGivenUp, wasSent }: Failure): boolean {
  return isGivenUp && wasSent && thrown instanceof PipelineError && thrown.code === 'DEADLINE_EXCEEDED'
}

/** What a failure says of the instance, which is treated accordingly. */
function judge({ counts }: RemoteEdge, member: Member, { thrown, isGivenUp, leftMs }: Failure): Verdict {
  if (!(thrown instanceof PipelineError)) return 'undecided'
  // Whoever gives a call up says nothing of the instance, nor does one that gave it as long as it had.
  if (isGivenUp || (thrown.code === 'DEADLINE_EXCEEDED' && leftMs < answerMs)) return 'undecided'
  const { instance } = retryRule(thrown)
  const { retryAfterMs } = thrown.details
  if (typeof retryAfterMs === 'number') member.rest(retryAfterMs)
  if (isStranger(thrown)) member.forget()
  if (instance === 'leaving') member.breaker.open()
  if (instance !== 'failed') return instance === 'answered' ? 'succeeded' : 'undecided'
  counts.failures += 1
  member.countFailure()
  return 'failed'
}

/** Of the stage's process, and not of the rows: whoever would look for rows to blame has none. */
function noAnswer(instance: string, timeoutMs: number): PipelineError {
  const message = `no answer from ${instance} within ${timeoutMs} ms`
  return new PipelineError('HANDOFF_FAILED', message, { details: { instance, timeoutMs } })
}
