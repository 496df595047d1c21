import type { AnyStage, FormedBatch, Log, PipelineError } from '@redesmyn/core'
import { emit } from '../observe/event-table.ts'
import type { LoggerOptions } from '../observe/logger.ts'
import type { Tracer } from '../observe/trace/tracer.ts'

export interface BatchTellerParts {
  readonly stage: AnyStage
  readonly rows: 'requests' | 'run'
  readonly log: Log
  readonly logLevel: LoggerOptions['level']
  /** `undefined` where nothing is traced. */
  readonly tracer: Tracer | undefined
}

/** Tells of single batches, where anybody wants to know: a line for those who debug, a span for those who trace. */
export class BatchTeller {
  readonly #parts: BatchTellerParts
  readonly #isLogging: boolean

  constructor(parts: BatchTellerParts) {
    this.#parts = parts
    this.#isLogging = parts.logLevel === 'debug' || parts.logLevel === 'trace'
  }

  served(batch: FormedBatch, handlerMs: number, endedAtMs: number): void {
    const { stage, log, tracer } = this.#parts
    if (batch.traceparent !== undefined) tracer?.endBatch({ stage, batch, endedAtMs, isError: false })
    if (!this.#isLogging) return
    emit(log, 'batchServed', {
      stage: stage.name,
      rowCount: batch.rowCount,
      requestCount: batch.spans.length,
      reason: batch.reason,
      waitMs: roundMs(batch.sentAtMs - batch.oldestAtMs),
      handlerMs: roundMs(handlerMs),
      modelKey: batch.group.model?.key,
    })
  }

  /** One line for the batch, with the stack that clients never see. */
  failed(batch: FormedBatch, error: PipelineError, endedAtMs: number): void {
    const { stage, rows, log, tracer } = this.#parts
    const requestIds = batch.spans.filter(({ isLive }) => isLive).map(({ waiter }) => waiter.requestId)
    const { code } = error
    // A handler that ends because its rows were given up does as it should.
    const isGivenUp = requestIds.length === 0 && code === 'DEADLINE_EXCEEDED'
    // Of a run a batch may fail many times until the row to blame is found, and that is what is told.
    const level = isGivenUp || rows === 'run' ? 'debug' : 'error'
    log[level]({ err: error, code, stage: stage.name, rowCount: batch.rowCount, requestIds }, 'A batch failed.')
    if (batch.traceparent !== undefined) tracer?.endBatch({ stage, batch, endedAtMs, isError: true })
  }
}

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
