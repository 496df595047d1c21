import { PipelineError } from '../errors/pipeline-error.ts'
import { parsePathTemplate, type PathTemplate } from '../model/path-template.ts'

/** What an endpoint says of its parameters. */
export interface DeclaredParams {
  readonly path: string
  readonly query: readonly string[]
  /** Parameters of the path that only the handler reads. */
  readonly ownParams: readonly string[]
  /** The path of the model, where there is one. */
  readonly models: PathTemplate | undefined
}

/**
 * What the model's path needs, the endpoint must bring, and each parameter of the endpoint's path must be needed, so
 * that a name spelled in two ways is found at once. Throws CONFIG_INVALID naming the parameters.
 */
export function checkParams({ path, query, ownParams, models }: DeclaredParams): void {
  const { names } = parsePathTemplate(path)
  checkQuery(path, names, query)
  const strange = ownParams.filter((name) => !names.includes(name))
  if (strange.length > 0) throw invalid(`ownParams of the endpoint "${path}" has ${quoted(strange)}, its path has not`)
  if (models === undefined) return
  const missing = models.names.filter((name) => !names.includes(name) && !query.includes(name))
  if (missing.length > 0) {
    throw invalid(
      `the model path "${models.text}" needs ${quoted(missing)}, which the endpoint "${path}" does not have`,
    )
  }
  const unused = names.filter((name) => !models.names.includes(name) && !ownParams.includes(name))
  if (unused.length === 0) return
  const way = 'name it there, or in ownParams if only the handler reads it'
  throw invalid(
    `the endpoint "${path}" has ${quoted(unused)}, which the model path "${models.text}" does not use: ${way}`,
  )
}

function checkQuery(path: string, names: readonly string[], query: readonly string[]): void {
  for (const [index, name] of query.entries()) {
    if (typeof name !== 'string' || name === '') throw invalid(`query of the endpoint "${path}" has an empty name`)
    if (query.indexOf(name) !== index) throw invalid(`query of the endpoint "${path}" has "${name}" twice`)
    if (names.includes(name)) throw invalid(`the endpoint "${path}" has "${name}" in its path and in its query`)
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
