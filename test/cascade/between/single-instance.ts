import { type Between, type CallContext, type Contract, type Credit, type Reply } from '@redesmyn/cascade'
import type { RecordBatch } from '@redesmyn/core'
import type { Instance } from '../../../packages/cascade/dist/between/instance.js'
import { CreditWindow } from '../../../packages/cascade/dist/handoff/credit-window.js'
import { PipelineError } from '@redesmyn/core'

/** The way to one instance and no more: what it does not do itself is room. */
export class SingleInstance implements Between<'app'> {
  readonly placement = 'app'
  readonly guarantees = { delivery: 'at-most-once', order: 'none' } as const
  readonly #instance: Instance
  readonly #window: CreditWindow

  constructor(instance: Instance, maxBytes = 2 ** 26) {
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

  async close(mode: 'drain' | 'abort'): Promise<void> {
    this.#window.close(new PipelineError('DRAINING', 'the way is closed'))
    await this.#instance.close(mode)
  }
}
