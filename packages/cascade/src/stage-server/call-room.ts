import { releaseOnce } from '@redesmyn/worker'
import { refusedCall } from './refused-call.ts'
import type { ServiceLimits } from './service-limits.ts'

/** Room for calls, in bytes and in number. Nobody waits: what finds none is refused before it is read. */
export class CallRoom {
  readonly #limits: Pick<ServiceLimits, 'maxInFlightBytes' | 'maxCalls'>
  readonly #retryAfterMs: () => number
  #usedBytes = 0
  #totalBytes = 0
  #calls = 0
  #whenEmpty: (() => void)[] = []

  /** `retryAfterMs` is asked when a call is refused: when there may be room again. */
  constructor(limits: Pick<ServiceLimits, 'maxInFlightBytes' | 'maxCalls'>, retryAfterMs: () => number) {
    this.#limits = limits
    this.#retryAfterMs = retryAfterMs
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Of all calls so far. */
  get totalBytes(): number {
    return this.#totalBytes
  }

  get freeBytes(): number {
    const { maxInFlightBytes, maxCalls } = this.#limits
    return this.#calls < maxCalls ? maxInFlightBytes - this.#usedBytes : 0
  }

  /** Takes the room and answers how it is given back, once. Throws BODY_TOO_LARGE or QUEUE_FULL. */
  take(stage: string, bytes: number): () => void {
    const { maxInFlightBytes, maxCalls } = this.#limits
    if (bytes > maxInFlightBytes) {
      const message = `a call has ${bytes} bytes, expected at most ${maxInFlightBytes}`
      throw refusedCall('BODY_TOO_LARGE', message, { stage, maxInFlightBytes })
    }
    if (this.#calls >= maxCalls) throw this.#full(stage, `${this.#calls} calls`)
    if (this.#usedBytes + bytes > maxInFlightBytes) throw this.#full(stage, `${this.#usedBytes} bytes of calls`)
    this.#calls++
    this.#usedBytes += bytes
    this.#totalBytes += bytes
    return releaseOnce(() => this.#giveBack(bytes))
  }

  async empty(): Promise<void> {
    if (this.#calls > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve))
  }

  #full(stage: string, what: string) {
    const retryAfterMs = this.#retryAfterMs()
    return refusedCall('QUEUE_FULL', `${what} are in flight already, there is no room for more`, {
      stage,
      retryAfterMs,
    })
  }

  #giveBack(bytes: number): void {
    this.#calls--
    this.#usedBytes -= bytes
    if (this.#calls === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }
}
