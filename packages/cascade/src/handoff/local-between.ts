import { type AnyStage, type DirectAnswer, DirectStages, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { Between, CallContext, Credit, Guarantees, Reply } from './between.ts'
import { CallSignal } from './call-signal.ts'
import { assertAgrees, type Contract, contractOf } from './contract.ts'
import { CreditWindow, defaultCreditBytes } from './credit-window.ts'
import type { OpenOptions } from './medium.ts'
import { untilAborted } from './until-aborted.ts'

/** What a direct call can promise: it is made once, and answers come as they are ready. */
export const localGuarantees: Guarantees = Object.freeze({ delivery: 'at-most-once', order: 'none' })

const carried = Object.freeze({ transport: 'local', serialisedBytes: 0 } as const)

/** Stages of the same process: they look at the sender's own memory, and are called there and then. */
export class LocalBetween implements Between<'service'> {
  readonly placement = 'service'
  readonly guarantees = localGuarantees
  readonly #stages: DirectStages
  readonly #contract: Contract
  readonly #window: CreditWindow
  readonly #nowMs: () => number
  readonly #abort = new AbortController()
  readonly #calls = new Set<Promise<unknown>>()
  readonly #closing: PipelineError
  #closed: Promise<void> | undefined

  constructor(stages: readonly AnyStage[], options: OpenOptions = {}) {
    const { maxBytes = defaultCreditBytes, nowMs = () => performance.now(), ...call } = options
    const maxRows = stages[0].config.batch.maxRows
    this.#contract = contractOf(stages, { version: '1', limits: { maxRows, maxBytes } })
    this.#stages = new DirectStages(stages, call, nowMs)
    this.#window = new CreditWindow(maxBytes)
    this.#nowMs = nowMs
    this.#closing = new PipelineError('DRAINING', `the way to stage "${stages[0].name}" is closed`)
  }

  async hello(want: Contract, signal: AbortSignal): Promise<Contract> {
    signal.throwIfAborted()
    this.#assertOpen()
    assertAgrees(want, this.#contract)
    return this.#contract
  }

  acquire(bytes: number, signal: AbortSignal): Promise<Credit> {
    return this.#window.acquire(bytes, signal)
  }

  async call(batch: RecordBatch, context: CallContext): Promise<Reply> {
    context.signal.throwIfAborted()
    this.#assertOpen()
    const call = this.#run(batch, context)
    this.#calls.add(call)
    return await call.finally(() => this.#calls.delete(call))
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#window.close(this.#closing)
    if (mode === 'abort') this.#abort.abort(this.#closing)
    return (this.#closed ??= this.#end())
  }

  async #run(batch: RecordBatch, context: CallContext): Promise<Reply> {
    const startedAtMs = this.#nowMs()
    const answered = await this.#answer(batch, context)
    const rejects = Array.from(answered.rejects, ([row, { code, message }]) => ({ row, code, message }))
    rejects.sort((a, b) => a.row - b.row)
    return { batch: answered.batch, rejects, serverTimingMs: this.#nowMs() - startedAtMs, carried }
  }

  async #answer(batch: RecordBatch, context: CallContext): Promise<DirectAnswer> {
    const limit = new CallSignal([context.signal, this.#abort.signal])
    const { signal } = limit
    try {
      return await untilAborted(this.#stages.run(batch, { ...context, params: context.partition, signal }), signal)
    } finally {
      limit.end()
    }
  }

  async #end(): Promise<void> {
    await Promise.allSettled(this.#calls)
    await this.#stages.close()
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closing
  }
}
