import { assignFields, findMisfits, PipelineError, type RecordBatch, type RowStage, withStage } from '@redesmyn/core'
import { type BatchPipeline, type BatchPipelineOptions, openBatchPipeline, type StageStats } from '@redesmyn/worker'
import { type Contract, contractOf } from '../handoff/contract.ts'
import type { CallHead } from '../wire/call-head.ts'
import { HeldReply } from './held-reply.ts'
import { refusedCall, withNotExecuted } from './refused-call.ts'
import { rowBlockOf } from './row-block-of.ts'
import type { ServiceLimits } from './service-limits.ts'

/** What a stage is run with, beside its limits: see `BatchPipelineOptions`. */
export type PipelineSetting = Omit<BatchPipelineOptions, 'stages'>

/** Rows that a stage is given at once that says nothing of it. */
const defaultBatchRows = 65_536

export interface StageRun {
  readonly head: CallHead
  /** Of the call: its key, or one that was made for it. */
  readonly requestId: string
  /** When its time is over, by the service's clock. */
  readonly deadlineAtMs: number
  readonly signal: AbortSignal
}

/** One stage that is offered to senders elsewhere, and its slots. */
export class OfferedStage {
  readonly contract: Contract
  readonly #stage: RowStage
  readonly #setting: PipelineSetting
  readonly #nowMs: () => number
  #pipeline: BatchPipeline | undefined

  constructor(stage: RowStage, limits: ServiceLimits, setting: PipelineSetting & { readonly nowMs: () => number }) {
    const { nowMs, ...pipeline } = setting
    const { maxInFlightRows: maxRows, maxInFlightBytes: maxBytes } = limits
    this.contract = contractOf([stage], { version: '1', limits: { maxRows, maxBytes } })
    this.#stage = stage
    this.#setting = pipeline
    this.#nowMs = nowMs
  }

  get name(): string {
    return this.#stage.name
  }

  /** Rejects where its slots do not start; nothing of them then runs on. */
  async open(): Promise<void> {
    // A stage that takes larger batches is given them.
    const batchRows = Math.max(defaultBatchRows, this.#stage.config.batch.maxRows)
    this.#pipeline = await openBatchPipeline({ batchRows, ...this.#setting, stages: [this.#stage] })
  }

  /**
   * The columns as the stage takes them. Throws SCHEMA_MISMATCH naming what does not fit, also where the sender believes
   * the stage to take others than it does, and RECORD_INVALID for a null that no field allows.
   */
  take(batch: RecordBatch, believed: string | undefined): RecordBatch {
    const { name } = this
    const { fields, fingerprint } = this.contract.input
    if (believed !== undefined && believed !== fingerprint) {
      const columns = findMisfits(batch.fields, fields)
      const what = columns.length > 0 ? columns.join(', ') : 'its schema is not the one that the sender has seen'
      throw refusedCall('SCHEMA_MISMATCH', `stage "${name}" has another contract: ${what}`, { stage: name, columns })
    }
    try {
      return assignFields(batch, fields)
    } catch (error) {
      throw withNotExecuted(error, name)
    }
  }

  /** Runs what `take` gave. Rejects with what the stage throws, naming it, or with the signal's reason. */
  async run(batch: RecordBatch, { head, requestId, deadlineAtMs, signal }: StageRun): Promise<HeldReply> {
    const startedAtMs = this.#nowMs()
    const { attempt, partition, traceparent } = head
    try {
      const output = await this.#opened().run({
        rows: rowBlockOf(batch),
        signal,
        idempotencyKey: requestId,
        partition,
        attempt,
        deadlineAtMs,
        loneRow: 'failed',
        ...(traceparent !== undefined && { traceparent }),
      })
      const rejects = output.rejects.map(({ row, code, message }) => ({ row, code, message }))
      const serverTimingMs = this.#nowMs() - startedAtMs
      return new HeldReply({ batch: output.batch, rejects, serverTimingMs, onFree: () => output.release() })
    } catch (error) {
      if (signal.aborted || !(error instanceof PipelineError)) throw error
      throw withStage(error, this.name)
    }
  }

  stats(): readonly StageStats[] {
    return this.#pipeline?.stats() ?? []
  }

  async stop(): Promise<void> {
    await this.#pipeline?.stop('abort')
  }

  #opened(): BatchPipeline {
    if (this.#pipeline !== undefined) return this.#pipeline
    throw refusedCall('NOT_EXECUTED', `stage "${this.name}" has not started yet`, { stage: this.name })
  }
}
