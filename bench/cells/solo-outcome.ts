/** What a cell came to that measures each server by itself: a ready table, and the same three lists. */
export interface SoloOutcome {
  readonly name: string
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: string[][]
  readonly passed: string[]
  readonly failed: string[]
  readonly skipped: string[]
}
