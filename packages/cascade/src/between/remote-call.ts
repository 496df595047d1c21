import { layoutBatch, measureBatch, PipelineError, type RecordBatch, withStage } from '@redesmyn/core'
import { leastLeftMs } from '@redesmyn/worker'
import type { CallContext, Reply } from '../handoff/between.ts'
import { askMember, type Outcome } from './ask-member.ts'
import { CallSignal } from '../handoff/call-signal.ts'
import { chooseMember } from './choose-member.ts'
import { fullJitterMs } from './full-jitter.ts'
import { deadlineExceeded, type GivenUp, handoffFailed, poisoned, type TriedCall } from './handoff-failed.ts'
import type { Member } from './member.ts'
import { pause } from './pause.ts'
import type { RemoteEdge } from './remote-edge.ts'
import { partitionKey } from './rendezvous.ts'
import { isLoss, mayRetry } from './retry-rules.ts'

/** Threads and processes that one batch may end. */
const maxLosses = 2

/** One call to a stage elsewhere, with all its attempts. */
export class RemoteCall {
  readonly #edge: RemoteEdge
  readonly #batch: RecordBatch
  readonly #context: CallContext
  readonly #bytes: number
  readonly #key: string | undefined
  readonly #startedAtMs: number
  readonly #limit: CallSignal
  readonly #tried = new Set<Member>()
  /** Attempts that failed, whether their rows were sent or not. */
  #attempts = 0
  #sent = 0
  /** Of those that were sent, how many said that nothing was executed. */
  #refused = 0
  #losses = 0
  #last: PipelineError | undefined

  constructor(edge: RemoteEdge, batch: RecordBatch, context: CallContext) {
    this.#edge = edge
    this.#batch = batch
    this.#context = context
    this.#bytes = layoutBatch(batch.fields, measureBatch(batch)).byteLength
    this.#key = edge.config.affinity === 'partition' ? partitionKey(context.partition) || undefined : undefined
    this.#startedAtMs = edge.clock.now()
    this.#limit = new CallSignal([context.signal, edge.closing], {
      clock: edge.clock,
      ms: context.deadlineMs,
      isOver: () => this.#timeIsOver(),
    })
  }

  async run(): Promise<Reply> {
    this.#edge.budget.pay()
    try {
      for (;;) {
        const member = await this.#choose()
        const outcome = await this.#ask(member)
        if (outcome.kind === 'answered') return outcome.reply
        this.#tried.add(member)
        await this.#recover(outcome.thrown, outcome.wasSent)
      }
    } finally {
      this.#limit.end()
    }
  }

  /** Waits until an instance lets the call through. */
  async #choose(): Promise<Member> {
    const { members, changes, counts, clock, random } = this.#edge
    for (;;) {
      this.#assertTime()
      if (!(await this.#knowsMembers())) continue
      const choice = { members: members.members, tried: this.#tried, key: this.#key, random }
      const member = chooseMember(choice)
      if (member !== undefined) return member
      const opensInMs = Math.min(...choice.members.map((closed) => closed.opensInMs))
      // Where another call is trying an instance, nobody knows how long that takes.
      if (Number.isFinite(opensInMs) && opensInMs > this.#leftMs() - leastLeftMs) throw this.#giveUp('closed')
      const { failures } = counts
      await changes.next({ clock, ms: opensInMs, signal: this.#limit.signal })
      // Other calls have found out for this one as well.
      if (counts.failures > failures) this.#countAttempt()
    }
  }

  /** False where that could not be found out and is to be asked again. */
  async #knowsMembers(): Promise<boolean> {
    const { members, stage } = this.#edge
    try {
      await members.known(this.#limit.signal)
    } catch (thrown) {
      await this.#recover(thrown, false)
      return false
    }
    if (members.members.length > 0) return true
    await this.#recover(new PipelineError('HANDOFF_FAILED', `no instance of stage "${stage}" is known`), false)
    return false
  }

  #ask(member: Member): Promise<Outcome> {
    return askMember(this.#edge, member, {
      batch: this.#batch,
      bytes: this.#bytes,
      signal: this.#limit.signal,
      leftMs: () => this.#leftMs(),
      begin: () => {
        this.#assertTime()
        const attempt = this.#context.attempt + this.#sent
        this.#sent += 1
        return { ...this.#context, signal: this.#limit.signal, attempt, deadlineMs: this.#leftMs() }
      },
    })
  }

  /** Resolves when it is time for the next attempt; rejects where there is to be none. */
  async #recover(thrown: unknown, wasSent: boolean): Promise<void> {
    const { effects, stage, budget, config, counts, clock, random } = this.#edge
    const { signal } = this.#limit
    signal.throwIfAborted()
    if (!(thrown instanceof PipelineError)) throw thrown
    if (!mayRetry(thrown, 'pure')) throw withStage(thrown, stage)
    this.#last = thrown
    if (wasSent && isLoss(thrown)) this.#losses += 1
    if (wasSent && thrown.details['notExecuted'] === true) this.#refused += 1
    this.#countAttempt(this.#losses >= maxLosses ? 'poison' : mayRetry(thrown, effects) ? undefined : 'effects')
    // Where nothing was sent, trying again is no load for the stage.
    if (wasSent && !budget.takeRetry()) throw this.#giveUp('budget')
    const ms = fullJitterMs(this.#attempts, config.retry, random)
    if (ms > this.#leftMs() - leastLeftMs) throw this.#giveUp('deadline')
    counts.retries.set(thrown.code, (counts.retries.get(thrown.code) ?? 0) + 1)
    await pause({ clock, ms, signal })
  }

  /** Of attempts that failed; throws where it was the last, for whichever reason. */
  #countAttempt(reason?: GivenUp): void {
    this.#attempts += 1
    if (reason !== undefined) throw this.#giveUp(reason)
    if (this.#attempts >= this.#edge.config.retry.attempts) throw this.#giveUp('attempts')
  }

  #leftMs(): number {
    return this.#context.deadlineMs - (this.#edge.clock.now() - this.#startedAtMs)
  }

  #assertTime(): void {
    this.#limit.signal.throwIfAborted()
    if (this.#leftMs() < leastLeftMs) throw this.#timeIsOver()
  }

  #timeIsOver(): PipelineError {
    return deadlineExceeded(this.#told(), this.#context.deadlineMs)
  }

  #giveUp(why: GivenUp): PipelineError {
    return why === 'poison' ? poisoned(this.#told(), this.#batch.rowCount) : handoffFailed(this.#told(), why)
  }

  #told(): TriedCall {
    const { stage, placement, members } = this.#edge
    const asked = this.#tried.size > 0 ? [...this.#tried] : members.members
    const instances = asked.map(({ instance }) => instance.address)
    const mayHaveRun = this.#sent > this.#refused
    return { stage, placement, instances, attempts: this.#attempts, mayHaveRun, last: this.#last }
  }
}
