import { assertOptionNames, compileRecordSchema, type ObjectSchema, PipelineError } from '@redesmyn/core'
import type { FormatName, FormatOptions } from '../source/source-format.ts'
import { checkName } from './asset-name.ts'
import type { RowsOf, SourceDefinition } from './definition.ts'
import { sourceOptionNames } from './option-names.ts'
import { checkFormat } from './output-options.ts'

export interface SourceOptions<S extends ObjectSchema> {
  /** Default: the name of the export. */
  readonly name?: string
  /** What a row is; only these columns are read. */
  readonly schema: S
  /** Files, as paths or globs that resolve against the module's folder. */
  readonly from: string | readonly string[]
  /** Default: by the files' names. */
  readonly format?: FormatName
  /** How the files are written, where their format leaves that open. */
  readonly options?: FormatOptions
}

/** Files that somebody else has written, for assets to be made of. */
export interface Source<S extends ObjectSchema = ObjectSchema> extends SourceDefinition, RowsOf<S> {}

/** Names files and what a row of them is. Nothing is read. Throws CONFIG_INVALID. */
export function source<S extends ObjectSchema>(options: SourceOptions<S>): Source<S> {
  const name = checkName('a source', options.name)
  const owner = name === undefined ? 'a source' : `source "${name}"`
  assertOptionNames<SourceOptions<S>>(owner, options, sourceOptionNames)
  return Object.freeze({
    '~kind': 'source',
    name,
    schema: compileRecordSchema(options.schema, `schema of ${owner}`),
    from: Object.freeze(checkFrom(owner, options.from)),
    format: options.format === undefined ? undefined : checkFormat(owner, options.format),
    options: Object.freeze({ ...options.options }),
  })
}

function checkFrom(owner: string, from: string | readonly string[]): readonly string[] {
  const globs = typeof from === 'string' ? [from] : from
  if (Array.isArray(globs) && globs.length > 0 && globs.every((glob) => typeof glob === 'string' && glob !== '')) {
    return [...globs]
  }
  throw new PipelineError('CONFIG_INVALID', `from of ${owner} must be a path or a glob, or a list of them`)
}
