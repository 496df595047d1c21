import { assertAgrees, between, type Contract, contractOf } from '@redesmyn/cascade'
import { type AnyStage, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { Admission, ServedReply, StageService } from '../../../packages/cascade/dist/stage-server/stage-service.js'
import type { CallHead } from '../../../packages/cascade/dist/wire/call-head.js'

export interface DirectServiceOptions {
  readonly maxBytes?: number
  readonly version?: string
}

/** Stages called directly, behind the port that listeners see: rooms and fates of calls, and nothing of threads. */
export class DirectService implements StageService {
  readonly contracts: readonly Contract[]
  readonly heads: CallHead[] = []
  /** Why calls ended that were given up. */
  readonly abortReasons: unknown[] = []
  /** Calls that were admitted and are not over. */
  admitted = 0
  /** Replies whose memory is in use. */
  held = 0
  /** Replies whose memory was given back. */
  releasedReplies = 0
  state: StageService['state'] = 'ready'
  /** Whether each batch came in shared memory. */
  readonly sharedBatches: boolean[] = []
  readonly #stages: readonly AnyStage[]
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(stages: readonly AnyStage[], { maxBytes = 1e6, version = '1' }: DirectServiceOptions = {}) {
    this.#stages = stages
    this.#maxBytes = maxBytes
    this.contracts = stages.map((stage) => contractOf([stage], { version, limits: { maxRows: 65_536, maxBytes } }))
  }

  get freeBytes(): number {
    return this.#maxBytes - this.#usedBytes
  }

  hello(want: Contract): Contract {
    const offer = this.contracts.find(({ name }) => name === want.name)
    if (offer === undefined) throw new PipelineError('ROUTE_NOT_FOUND', `there is no stage "${want.name}"`)
    assertAgrees(want, offer)
    return offer
  }

  admit(stage: string, bytes: number): Admission {
    const refuse = (code: 'BODY_TOO_LARGE' | 'QUEUE_FULL' | 'DRAINING'): PipelineError => {
      return new PipelineError(code, `no room for ${bytes} bytes`, { details: { notExecuted: true } })
    }
    if (!this.contracts.some(({ name }) => name === stage)) {
      throw new PipelineError('ROUTE_NOT_FOUND', `there is no stage "${stage}"`, { details: { notExecuted: true } })
    }
    if (this.state !== 'ready') throw refuse('DRAINING')
    if (bytes > this.#maxBytes) throw refuse('BODY_TOO_LARGE')
    if (bytes > this.freeBytes) throw refuse('QUEUE_FULL')
    this.#usedBytes += bytes
    this.admitted += 1
    let isHeld = true
    return {
      call: (batch, head, signal) => this.#call(stage, { batch, head, signal }),
      release: () => {
        if (!isHeld) return
        isHeld = false
        this.#usedBytes -= bytes
        this.admitted -= 1
      },
    }
  }

  metrics(): string {
    return 'calls_total 1\n'
  }

  async drain(): Promise<void> {
    this.state = 'draining'
  }

  async stop(): Promise<void> {
    this.state = 'stopped'
  }

  async #call(name: string, { batch, head, signal }: DirectCall): Promise<ServedReply> {
    this.heads.push(head)
    this.sharedBatches.push(batch.buffer instanceof SharedArrayBuffer)
    const stage = this.#stages.find((one) => one.name === name)
    const offer = this.contracts.find((one) => one.name === name)
    if (stage === undefined || offer === undefined) throw new PipelineError('INTERNAL', `no stage "${name}"`)
    if (head.schema !== undefined && head.schema !== offer.input.fingerprint) {
      throw new PipelineError('SCHEMA_MISMATCH', `stage "${name}" has another contract`, { details: { stage: name } })
    }
    const way = between.service().open([stage])
    try {
      const { attempt, deadlineMs, idempotencyKey = '', traceparent, partition } = head
      const context = { signal, attempt, deadlineMs, idempotencyKey, traceparent, partition }
      const reply = await way.call(batch, context)
      this.held += 1
      return {
        ...reply,
        release: () => {
          this.held -= 1
          this.releasedReplies += 1
        },
      }
    } finally {
      if (signal.aborted) this.abortReasons.push(signal.reason)
      await way.close('drain')
    }
  }
}

interface DirectCall {
  readonly batch: RecordBatch
  readonly head: CallHead
  readonly signal: AbortSignal
}
