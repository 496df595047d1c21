import type { Cancel, Clock } from '@redesmyn/core'
import type { Outcome } from './shared-call.ts'
import type { ServiceLimits } from './service-limits.ts'

interface Kept {
  readonly outcome: Outcome
  readonly byteLength: number
  readonly untilMs: number
  readonly release: () => void
}

/** What an outcome takes in memory beside its reply, about. */
const outcomeBytes = 512

/** What calls have come to, for those that are made again. The oldest go when there are too many bytes or when they are old. */
export class ReplyStore {
  readonly #limits: Pick<ServiceLimits, 'replayBytes' | 'replayMs'>
  readonly #clock: Clock
  /** The oldest first. */
  readonly #kept = new Map<string, Kept>()
  #byteLength = 0
  #isClosed = false
  #cancel: Cancel | undefined

  constructor(limits: Pick<ServiceLimits, 'replayBytes' | 'replayMs'>, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get byteLength(): number {
    return this.#byteLength
  }

  find(key: string): Outcome | undefined {
    this.#dropOld()
    return this.#kept.get(key)?.outcome
  }

  /** Does nothing for an outcome that is larger than all the room there is. */
  keep(key: string, outcome: Outcome): void {
    if (this.#isClosed) return
    const { replayBytes, replayMs } = this.#limits
    const kept = outcome.kind === 'failed' ? outcome : { ...outcome, reply: outcome.reply.compact() }
    const byteLength = outcomeBytes + (kept.kind === 'failed' ? 0 : kept.reply.byteLength)
    if (byteLength > replayBytes) return
    this.#drop(key)
    const share = kept.kind === 'failed' ? undefined : kept.reply.share()
    const release = (): void => share?.release()
    this.#kept.set(key, { outcome: kept, byteLength, untilMs: this.#clock.now() + replayMs, release })
    this.#byteLength += byteLength
    for (const oldest of this.#kept.keys()) {
      if (this.#byteLength <= replayBytes) break
      this.#drop(oldest)
    }
    this.#arm()
  }

  /** What calls come to that were not over is not kept either. */
  close(): void {
    this.#isClosed = true
    for (const key of [...this.#kept.keys()]) this.#drop(key)
    this.#cancel?.()
    this.#cancel = undefined
  }

  #dropOld(): void {
    const nowMs = this.#clock.now()
    for (const [key, { untilMs }] of this.#kept) {
      if (untilMs > nowMs) return
      this.#drop(key)
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    this.#byteLength -= kept.byteLength
    kept.release()
  }

  /** One timer, for the oldest: memory goes back also where nobody calls any more. */
  #arm(): void {
    const [oldest] = this.#kept.values()
    if (oldest === undefined || this.#cancel !== undefined) return
    this.#cancel = this.#clock.after(Math.max(1, oldest.untilMs - this.#clock.now()), () => {
      this.#cancel = undefined
      this.#dropOld()
      this.#arm()
    })
  }
}
