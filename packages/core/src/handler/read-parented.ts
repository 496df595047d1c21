import { PipelineError } from '../errors/pipeline-error.ts'
import { isArrayLike } from '../record-batch/array-like.ts'
import { isRecord } from '../record-batch/read-field.ts'

/** How many rows a handler gives for those it takes: as many, some of them, or any number for each. */
export const returnKinds = ['same', 'filter', 'explode'] as const
export type Returns = (typeof returnKinds)[number]

export interface ParentRules {
  readonly stage: string
  readonly returns: Exclude<Returns, 'same'>
  /** Of the batch. */
  readonly rowCount: number
}

/** Reads what such a handler returned. Throws HANDLER_OUTPUT_MISMATCH for parents that cannot be. */
export function readParented(returned: unknown, rules: ParentRules): { output: unknown; parents: Int32Array } {
  const { stage, returns } = rules
  if (!isRecord(returned) || !('output' in returned) || !isArrayLike(returned['parents'])) {
    throw mismatch(rules, `stage "${stage}" returns "${returns}", so its handler returns { output, parents }`)
  }
  const parents = toParents(returned['parents'])
  assertParents(parents, rules)
  return { output: returned['output'], parents }
}

/** What is no whole number is told apart from all that are. */
function toParents(given: ArrayLike<unknown>): Int32Array {
  if (given instanceof Int32Array) return given
  return Int32Array.from(given, (row) => (Number.isInteger(row) ? Number(row) : -1))
}

function assertParents(parents: Int32Array, rules: ParentRules): void {
  const { stage, returns, rowCount } = rules
  const leastStep = returns === 'filter' ? 1 : 0
  let least = 0
  for (let index = 0; index < parents.length; index++) {
    const parent = parents[index]
    if (parent < least || parent >= rowCount) {
      const expected = `expected rows ${least} to ${rowCount - 1}, got ${parent}`
      throw mismatch(rules, `stage "${stage}" returned a parent out of order at ${index}: ${expected}`)
    }
    least = parent + leastStep
  }
}

function mismatch({ stage, returns }: ParentRules, message: string): PipelineError {
  return new PipelineError('HANDLER_OUTPUT_MISMATCH', message, { details: { stage, returns } })
}
