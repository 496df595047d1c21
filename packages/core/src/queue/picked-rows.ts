import type { BatchWriter } from '../record-batch/batch-writer.ts'
import type { Capacity } from '../record-batch/capacity.ts'
import type { RowSource } from './waiter.ts'

/** Some rows of another source, in ascending order; what lies together is written together. */
export class PickedRows implements RowSource {
  readonly byteLength: number
  readonly #source: RowSource
  readonly #rows: readonly number[]

  constructor(source: RowSource, rows: readonly number[]) {
    this.#source = source
    this.#rows = rows
    this.byteLength = Math.ceil((source.byteLength * rows.length) / Math.max(1, source.rowCount))
  }

  get rowCount(): number {
    return this.#rows.length
  }

  writeTo(writer: BatchWriter, from: number, to: number): boolean {
    const before = writer.rowCount
    for (const [first, end] of this.#runs(from, to)) {
      if (this.#source.writeTo(writer, first, end)) continue
      writer.truncate(before)
      return false
    }
    return true
  }

  measure(from: number, to: number): Capacity {
    const variable: number[] = []
    for (const [first, end] of this.#runs(from, to)) {
      const part = this.#source.measure(first, end).variable
      for (const [index, size] of part.entries()) variable[index] = (variable[index] ?? 0) + size
    }
    return { rows: to - from, variable }
  }

  /** Rows of the source that follow each other, as the first and the one behind the last. */
  *#runs(from: number, to: number): Generator<readonly [first: number, end: number]> {
    let start = from
    for (let index = from + 1; index <= to; index++) {
      if (index < to && this.#rows[index] === this.#rows[index - 1] + 1) continue
      yield [this.#rows[start], this.#rows[index - 1] + 1]
      start = index
    }
  }
}
