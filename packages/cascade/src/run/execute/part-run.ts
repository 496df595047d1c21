import { setMaxListeners } from 'node:events'
import { layoutBatch, RecordBatch } from '@redesmyn/core'
import type { BatchOutput, BatchPipeline } from '@redesmyn/worker'
import type { BadRow, ReadBlock } from '../../source/source-format.ts'
import type { RowCounts } from '../commit/commit-record.ts'
import type { BlockLoan } from '../memory/block-memory.ts'
import type { Part } from '../plan/run-plan.ts'
import type { ReadTimes } from '../read/read-messages.ts'
import { PartReader, type PartReaderParts } from '../read/part-reader.ts'
import type { PartSink } from '../write/part-sink.ts'
import type { WrittenPart } from '../write/write-messages.ts'
import { BlockOnItsWay } from './block-on-its-way.ts'
import type { RejectBudget } from './reject-budget.ts'
import { byRow, failedRecords, refusedRecords } from './rejected-records.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface PartRunParts extends Pick<PartReaderParts, 'threads' | 'memory' | 'task'> {
  readonly part: Part
  /** What stands as the stage of rows that the source refused. */
  readonly sourceName: string
  /** Equal for every attempt at the part: batches are told apart by their first row. */
  readonly partKey: string
  readonly pipeline: BatchPipeline
  /** W3C trace context of the run. */
  readonly traceparent: string
  readonly writer: PartSink
  readonly rejectBudget: RejectBudget
  readonly recorder: RunRecorder
  readonly isOrdered: boolean
}

export interface PartResult {
  readonly rows: RowCounts
  readonly written: WrittenPart
}

/** One part on its way: read by a thread, run through the stages batch by batch, written by another thread in order. */
export class PartRun {
  readonly #parts: PartRunParts
  readonly #failure = new AbortController()
  readonly #deliveries: Promise<void>[] = []
  readonly #rows = { in: 0, filtered: 0, rejected: 0, written: 0 }
  #signal: AbortSignal = this.#failure.signal

  constructor(parts: PartRunParts) {
    this.#parts = parts
  }

  /** Rejects with the first failure, or the signal's reason; nothing of the part is left then. */
  async run(signal: AbortSignal): Promise<PartResult> {
    const { threads, memory, task, recorder, writer } = this.#parts
    this.#signal = AbortSignal.any([signal, this.#failure.signal])
    // Every batch on its way listens; how many there may be is the ledger's to say.
    setMaxListeners(0, this.#signal)
    const onBlock = (block: ReadBlock, loan: BlockLoan): void => this.#take(block, loan)
    const onSpent = (times: ReadTimes): void => recorder.hasRead(times)
    try {
      await new PartReader({ threads, memory, task, onBlock, onSpent }).read(this.#signal)
      await Promise.all(this.#deliveries)
      const written = await writer.finish()
      recorder.partWritten(written)
      return { rows: this.#counts(), written }
    } catch (error) {
      this.#failure.abort(error)
      await Promise.allSettled(this.#deliveries)
      await writer.abort()
      throw error
    }
  }

  #take(block: ReadBlock, loan: BlockLoan): void {
    const { recorder, isOrdered } = this.#parts
    recorder.blockRead(block)
    loan.charge.moveTo('stages')
    const before = isOrdered ? this.#deliveries.at(-1) : undefined
    const delivery = this.#deliver(new BlockOnItsWay(block, loan), before)
    this.#deliveries.push(delivery)
    // A part that cannot go on stops its reader, whatever of it is still on the way.
    delivery.catch((error: unknown) => this.#failure.abort(error))
  }

  /** Runs a block and writes what came of it, behind the block before. All that it holds is given back, also when it fails. */
  async #deliver(onItsWay: BlockOnItsWay, before: Promise<void> | undefined): Promise<void> {
    const { block } = onItsWay
    let output: BatchOutput | undefined
    try {
      output = await this.#runStages(onItsWay)
      if (output.rest === undefined && block.bad.length + output.rejects.length === 0) onItsWay.returnBuffer()
      await before
      onItsWay.isWriting()
      await this.#write(block, output, block.bad)
      // Where one row gives many, a block's output comes in pieces, the next not before there is room for it.
      let { rest } = output
      while (rest !== undefined) {
        output.release()
        output = undefined
        output = await rest()
        await this.#write(block, output, [])
        rest = output.rest
      }
      this.#rows.in += block.readRows
      this.#parts.recorder.blockDone(block)
    } finally {
      output?.release()
      onItsWay.end()
    }
  }

  #runStages({ block, onFree }: BlockOnItsWay): Promise<BatchOutput> {
    const { pipeline, part, partKey, traceparent } = this.#parts
    return pipeline.run({
      rows: block.rows,
      onFree,
      signal: this.#signal,
      idempotencyKey: `${partKey}/${block.firstRow}`,
      part: part.index,
      partition: part.partition,
      traceparent,
    })
  }

  async #write(block: ReadBlock, output: BatchOutput, bad: readonly BadRow[]): Promise<void> {
    const { writer, recorder, rejectBudget, sourceName } = this.#parts
    const rejects = [...refusedRecords(bad, sourceName), ...failedRecords(block, output.rejects)].toSorted(byRow)
    rejectBudget.add(rejects.length)
    if (output.batch.rowCount > 0) await writer.write(output.batch)
    if (rejects.length > 0) await writer.reject(rowsOf(block), rejects)
    this.#rows.rejected += rejects.length
    this.#rows.filtered += output.filteredRows
    this.#rows.written += output.batch.rowCount
    recorder.blockWritten(output, rejects)
  }

  /** Rows that were neither rejected nor left out gave output. */
  #counts(): RowCounts {
    const { in: read, filtered, rejected, written } = this.#rows
    return { in: read, out: read - filtered - rejected, filtered, rejected, written }
  }
}

function rowsOf({ rows }: ReadBlock): RecordBatch {
  return new RecordBatch(layoutBatch(rows.fields, rows.capacity), rows.buffer, rows.rowCount)
}
