import type { RunPlan } from './run-plan.ts'

/** Rows of the whole input; undefined where only reading would tell. */
export function totalRowsOf({ input }: RunPlan): number | undefined {
  let total = 0
  for (const { rowCount } of input.files) {
    if (rowCount === undefined) return undefined
    total += rowCount
  }
  return total
}
