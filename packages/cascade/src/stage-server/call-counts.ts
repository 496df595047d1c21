import type { StageCalls } from '@redesmyn/worker'
import type { CallReject } from '../handoff/between.ts'

export type CallResult = 'done' | 'joined' | 'replayed' | 'failed' | 'refused' | 'cancelled'

/** What became of the calls of one stage. */
export class CallCounts {
  readonly #stage: string
  readonly #results: Record<CallResult, number> = {
    done: 0,
    joined: 0,
    replayed: 0,
    failed: 0,
    refused: 0,
    cancelled: 0,
  }
  readonly #rejects = new Map<string, number>()
  #inFlight = 0
  #typicalMs = 0

  constructor(stage: string) {
    this.#stage = stage
  }

  /** How long a call takes about, going by the last few. */
  get typicalMs(): number {
    return this.#typicalMs
  }

  begun(): void {
    this.#inFlight++
  }

  ended(): void {
    this.#inFlight--
  }

  add(result: CallResult): void {
    this.#results[result]++
  }

  /** Of calls that ran. */
  answered(rejects: readonly CallReject[], tookMs: number): void {
    for (const { code } of rejects) this.#rejects.set(code, (this.#rejects.get(code) ?? 0) + 1)
    this.#typicalMs = this.#typicalMs === 0 ? tookMs : this.#typicalMs * 0.875 + tookMs * 0.125
  }

  get stats(): StageCalls {
    return { stage: this.#stage, inFlight: this.#inFlight, results: this.#results, rejects: this.#rejects }
  }
}
