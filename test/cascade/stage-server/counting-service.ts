import { between, contractOf, assertAgrees, type Between } from '@redesmyn/cascade'
import { type AnyStage, PipelineError, type RecordBatch } from '@redesmyn/core'
import type {
  Admission,
  CallHead,
  ServedReply,
  StageService,
} from '../../../packages/cascade/dist/stage-server/stage-service.js'

/** Stages called in this process for whatever listener stands before them; it counts what it has given and got back. */
export class CountingService implements StageService {
  readonly state = 'ready'
  readonly contracts
  /** Admissions that were not given back. */
  admitted = 0
  /** Replies that were not given back. */
  held = 0
  readonly #ways: ReadonlyMap<string, Between>
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(stages: readonly AnyStage[], maxBytes = 2 ** 30) {
    this.#maxBytes = maxBytes
    const limits = { maxRows: 2 ** 20, maxBytes }
    this.contracts = stages.map((stage) => contractOf([stage], { version: '1', limits }))
    this.#ways = new Map(stages.map((stage) => [stage.name, between.service().open([stage])]))
  }

  get freeBytes(): number {
    return this.#maxBytes - this.#usedBytes
  }

  hello(want: Parameters<StageService['hello']>[0]) {
    const offer = this.contracts.find(({ name }) => name === want.name)
    if (offer === undefined) throw new PipelineError('ROUTE_NOT_FOUND', `there is no stage "${want.name}"`)
    assertAgrees(want, offer)
    return offer
  }

  admit(stage: string, bytes: number): Admission {
    const way = this.#ways.get(stage)
    if (way === undefined) throw new PipelineError('ROUTE_NOT_FOUND', `there is no stage "${stage}"`)
    if (bytes > this.freeBytes) throw new PipelineError('QUEUE_FULL', 'no room', { details: { notExecuted: true } })
    this.#usedBytes += bytes
    this.admitted++
    let isHeld = true
    return {
      call: (batch, head, signal) => this.#call(way, batch, { head, signal }),
      release: () => {
        if (!isHeld) throw new Error('an admission was given back twice')
        isHeld = false
        this.#usedBytes -= bytes
        this.admitted--
      },
    }
  }

  metrics(): string {
    return ''
  }

  async drain(): Promise<void> {
    await Promise.all(Array.from(this.#ways.values(), (way) => way.close('drain')))
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#ways.values(), (way) => way.close('abort')))
  }

  async #call(
    way: Between,
    batch: RecordBatch,
    { head, signal }: { readonly head: CallHead; readonly signal: AbortSignal },
  ): Promise<ServedReply> {
    const { idempotencyKey = '', ...call } = head
    const reply = await way.call(batch, { ...call, idempotencyKey, signal })
    this.held++
    let isHeld = true
    return {
      ...reply,
      release: () => {
        if (!isHeld) throw new Error('a reply was given back twice')
        isHeld = false
        this.held--
      },
    }
  }
}
