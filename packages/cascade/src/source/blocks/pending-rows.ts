import { type Capacity, type ColumnSource, layoutBatch, type Field } from '@redesmyn/core'
import type { BadRow } from '../source-format.ts'
import type { HeldBatch } from './held-batch.ts'
import type { ColumnPlan } from './column-plan.ts'
import type { JudgedRows, RowRun } from './judge-rows.ts'

/** Rows that were read and are in no block yet, in order. */
export class PendingRows {
  readonly #fields: readonly Field[]
  readonly #plan: ColumnPlan
  #pieces: Piece[] = []
  #rowCount = 0

  constructor(fields: readonly Field[], plan: ColumnPlan) {
    this.#fields = fields
    this.#plan = plan
  }

  /** Bad rows included. */
  get rowCount(): number {
    return this.#rowCount
  }

  add(held: HeldBatch, judged: JudgedRows): void {
    this.#pieces.push({ held, from: 0, to: held.rowCount, judged })
    this.#rowCount += held.rowCount
  }

  /** The exact room that the good ones of the first `rowCount` rows take. */
  measure(rowCount: number): Capacity {
    const variable: number[] = []
    let rows = 0
    this.#visit(rowCount, (sources, { from, to }) => {
      rows += to - from
      const sizes = sources.flatMap((source) => source.measure(from, to))
      for (const [node, size] of sizes.entries()) variable[node] = (variable[node] ?? 0) + size
    })
    return { rows, variable }
  }

  /** How many of the first `maxRows` rows fit `maxBytes`; one where none does. */
  countFitting(maxRows: number, maxBytes: number): number {
    const fits = (rowCount: number): boolean => {
      return layoutBatch(this.#fields, this.measure(rowCount)).byteLength <= maxBytes
    }
    if (fits(maxRows)) return maxRows
    let least = 1
    let most = maxRows
    while (most - least > 1) {
      const middle = (least + most) >> 1
      if (fits(middle)) least = middle
      else most = middle
    }
    return least
  }

  /** Hands over the good ones of the first `rowCount` rows, run by run. */
  copy(rowCount: number, take: (sources: readonly ColumnSource[], run: RowRun) => void): void {
    this.#visit(rowCount, take)
  }

  /** The bad ones of the first `rowCount` rows, counted from the first of them. */
  bad(rowCount: number): readonly BadRow[] {
    let start = 0
    return this.#pieces.flatMap(({ from, to, judged }) => {
      const shift = start - from
      const end = Math.min(to, from + Math.max(0, rowCount - start))
      start += to - from
      return judged.bad.filter(({ row }) => row >= from && row < end).map((bad) => ({ ...bad, row: bad.row + shift }))
    })
  }

  /** Forgets the first `rowCount` rows. */
  drop(rowCount: number): void {
    let rest = rowCount
    this.#rowCount -= rowCount
    while (rest > 0) {
      const [first] = this.#pieces
      const length = first.to - first.from
      if (rest < length) {
        first.from += rest
        return
      }
      rest -= length
      first.held.release()
      this.#pieces.shift()
    }
  }

  releaseAll(): void {
    for (const { held } of this.#pieces) held.release()
    this.#pieces = []
    this.#rowCount = 0
  }

  #visit(rowCount: number, take: (sources: readonly ColumnSource[], run: RowRun) => void): void {
    let rest = rowCount
    for (const { held, from, to, judged } of this.#pieces) {
      if (rest <= 0) return
      const end = Math.min(to, from + rest)
      const sources = this.#plan.sources(held.open())
      for (const run of judged.good) {
        const part = { from: Math.max(run.from, from), to: Math.min(run.to, end) }
        if (part.to > part.from) take(sources, part)
      }
      rest -= end - from
    }
  }
}

interface Piece {
  readonly held: HeldBatch
  from: number
  readonly to: number
  readonly judged: JudgedRows
}
