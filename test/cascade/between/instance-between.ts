import type { Between, CallContext, Contract, Credit, Reply } from '@redesmyn/cascade'
import type { RecordBatch } from '@redesmyn/core'
import { PipelineError } from '@redesmyn/core'
import type { Instance } from '../../../packages/cascade/dist/between/instance.js'
import { CreditWindow } from '../../../packages/cascade/dist/handoff/credit-window.js'

/** One instance and no more, as a way to its stage: what an instance does by itself, nothing made again. */
export class InstanceBetween implements Between<'host'> {
  readonly placement = 'host'
  readonly guarantees = { delivery: 'at-most-once', order: 'none' } as const
  readonly #instance: Instance
  readonly #window: CreditWindow

  constructor(instance: Instance, maxBytes = 1e9) {
    this.#instance = instance
    this.#window = new CreditWindow(maxBytes)
  }

  hello(want: Contract, signal: AbortSignal): Promise<Contract> {
    return this.#instance.hello(want, signal)
  }

  acquire(bytes: number, signal: AbortSignal): Promise<Credit> {
    return this.#window.acquire(bytes, signal)
  }

  call(batch: RecordBatch, context: CallContext): Promise<Reply> {
    return this.#instance.call(batch, context)
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#window.close(new PipelineError('DRAINING', 'the way is closed'))
    return this.#instance.close(mode)
  }
}
