import { type PathParams, PipelineError } from '@redesmyn/core'

/**
 * The parameters of a path and, beside them, the query parameters that an endpoint has declared; those that are absent
 * are left out. Throws PARAMETER_INVALID for one that is given twice, or that holds NUL.
 */
export function withQueryParams(params: PathParams, declared: readonly string[], query: string): PathParams {
  if (query === '') return params
  const given = new URLSearchParams(query)
  const found = declared.flatMap((name) => given.getAll(name).map((value) => [name, value] as const))
  for (const [index, [name, value]] of found.entries()) {
    if (value.includes('\0')) throw invalid(name, 'holds NUL')
    if (index > 0 && found[index - 1][0] === name) throw invalid(name, 'is given twice')
  }
  // Entries, because assigning a parameter named __proto__ would set the prototype.
  return found.length === 0 ? params : Object.fromEntries([...Object.entries(params), ...found])
}

function invalid(name: string, problem: string): PipelineError {
  const message = `the query parameter "${name}" ${problem}`
  return new PipelineError('PARAMETER_INVALID', message, { details: { parameter: name } })
}
