/** Rows that explode a thousandfold still fill no more than a batch at the first try. */
const firstShare = 1 / 1024
/** A few rows say little about many. */
const maxGrowth = 8

/**
 * How many rows of a call go through the stages at once where a stage makes many of one: as many as come to a batch,
 * going by the slices before. A function of the rows alone, so that the same rows are cut the same way every time.
 */
export class SliceSizes {
  readonly #batchRows: number
  #next: number
  #ratio = 1

  constructor(batchRows: number) {
    this.#batchRows = batchRows
    this.#next = Math.max(1, Math.floor(batchRows * firstShare))
  }

  get next(): number {
    return this.#next
  }

  /** `peakRows`: the most that a slice of `rowCount` rows came to in any stage. */
  learn(rowCount: number, peakRows: number): void {
    this.#ratio = Math.max(this.#ratio, peakRows / rowCount)
    this.#next = Math.max(1, Math.min(rowCount * maxGrowth, Math.floor(this.#batchRows / this.#ratio)))
  }
}
