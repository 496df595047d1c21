import { PipelineError } from '@redesmyn/core'
import type { AssetOutcome } from '../../graph/graph-report.ts'

/**
 * What is thrown for a run of several assets: the error of the first that failed, with what was not made because of it.
 * Undefined where all were made.
 */
export function failureOf(outcomes: ReadonlyMap<string, AssetOutcome<unknown>>): Error | undefined {
  const [first, ...others] = [...outcomes].flatMap(([name, outcome]) => {
    return outcome.state === 'failed' ? [{ name, error: outcome.error }] : []
  })
  if (first === undefined) return undefined
  const { name, error } = first
  if (!(error instanceof PipelineError)) return error instanceof Error ? error : new Error(String(error))
  if (outcomes.size === 1) return error
  const skipped = [...outcomes].filter(([, { state }]) => state === 'skipped').map(([other]) => other)
  const told = [
    `asset "${name}": ${error.message}`,
    ...(others.length === 0 ? [] : [`also failed: ${others.map((other) => other.name).join(', ')}`]),
    ...(skipped.length === 0 ? [] : [`not made because of it: ${skipped.join(', ')}`]),
  ]
  return new PipelineError(error.code, told.join('; '), { details: error.details, cause: error })
}
