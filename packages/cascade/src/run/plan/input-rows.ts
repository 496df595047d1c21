import type { Part, RunPlan } from './run-plan.ts'

/** Rows of the whole input; undefined where only reading would tell. */
export function totalRowsOf({ input }: RunPlan): number | undefined {
  let total = 0
  for (const { rowCount } of input.files) {
    if (rowCount === undefined) return undefined
    total += rowCount
  }
  return total
}

/** Rows of the input in these parts; undefined where only reading would tell. */
export function rowsOfParts(parts: readonly Part[]): number | undefined {
  let total = 0
  for (const { range } of parts) {
    if (range.rowCount === undefined) return undefined
    total += range.rowCount
  }
  return total
}
