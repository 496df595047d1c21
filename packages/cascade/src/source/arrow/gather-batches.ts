import { joinRanges, layoutBatch, measureBatch, type RecordBatch } from '@redesmyn/core'
import type { HeldBatch } from '../blocks/held-batch.ts'
import { holdBatch } from './hold-batch.ts'

/** Batches of fewer rows cost more by their number than by what is in them. */
const fewRows = 1024
const gatheredBytes = 2 ** 20
const largeBytes = 4 * 2 ** 20
/** How much larger than its columns the memory may be that a batch keeps: the rest is columns that nobody reads. */
const maxWaste = 2

interface Gathering {
  /** Blocks end at its multiples: rows that a block waits for are not gathered any longer. */
  readonly batchRows: number
  readonly hold: (batch: RecordBatch) => HeldBatch
}

/**
 * The same rows in batches that are worth their memory: small ones are joined, and those that lie between columns nobody
 * reads are copied out. The others go through as they are.
 */
export async function* gatherBatches(
  batches: AsyncIterable<HeldBatch>,
  { batchRows, hold }: Gathering,
): AsyncGenerator<HeldBatch> {
  const gathered = new GatheredBatches(hold)
  let firstRow = 0
  for await (const held of batches) {
    if (held.rowCount >= fewRows && !isWasteful(held.open())) {
      if (gathered.rowCount > 0) yield gathered.take()
      firstRow += held.rowCount
      yield* withoutTail(held, firstRow % batchRows, hold)
      continue
    }
    firstRow += held.rowCount
    gathered.add(held)
    const hasBlock = Math.floor((firstRow - gathered.rowCount) / batchRows) < Math.floor(firstRow / batchRows)
    if (hasBlock || gathered.isLarge) yield gathered.take()
  }
  if (gathered.rowCount > 0) yield gathered.take()
}

/** The last rows, for which no block is due yet, would keep all of a large batch until more come: they are copied out. */
function withoutTail(held: HeldBatch, tailRows: number, hold: Gathering['hold']): readonly HeldBatch[] {
  const batch = held.open()
  const from = held.rowCount - tailRows
  if (batch.buffer.byteLength < largeBytes || tailRows === 0 || from <= 0) return [held]
  const tail = joinRanges(batch.fields, [{ batch, from, to: held.rowCount }])
  return [holdBatch(batch.slice(0, from), () => held.release()), hold(tail)]
}

class GatheredBatches {
  readonly #hold: Gathering['hold']
  #batches: HeldBatch[] = []
  #byteLength = 0
  #rowCount = 0

  constructor(hold: Gathering['hold']) {
    this.#hold = hold
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get isLarge(): boolean {
    return this.#rowCount >= fewRows || this.#byteLength >= gatheredBytes
  }

  add(held: HeldBatch): void {
    this.#batches.push(held)
    this.#rowCount += held.rowCount
    this.#byteLength += held.open().buffer.byteLength
  }

  /** All of them as one, in memory of its own. */
  take(): HeldBatch {
    const ranges = this.#batches.map((held) => ({ batch: held.open(), from: 0, to: held.rowCount }))
    const joined = joinRanges(ranges[0].batch.fields, ranges)
    for (const held of this.#batches) held.release()
    this.#batches = []
    this.#byteLength = 0
    this.#rowCount = 0
    return this.#hold(joined)
  }
}

function isWasteful(batch: RecordBatch): boolean {
  return batch.buffer.byteLength > maxWaste * layoutBatch(batch.fields, measureBatch(batch)).byteLength
}
