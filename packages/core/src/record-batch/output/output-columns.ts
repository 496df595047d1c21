import { PipelineError } from '../../errors/pipeline-error.ts'
import { describeKind } from '../../schema/describe-kind.ts'
import type { Field } from '../../schema/field.ts'
import { isArrayLike } from '../array-like.ts'
import { isRecord, readField } from '../read-field.ts'
import type { HandlerColumns } from './column-sources.ts'
import { isReadable } from './open-values.ts'

/** What a stage without an output schema calls the only column of a handler that returned bare values. */
const onlyColumnName = 'value'

/**
 * Whatever a handler returned, as columns by name: columns already, records, or the values of an only field. `fields`
 * is undefined for a stage without an output schema. Throws OUTPUT_SCHEMA_MISMATCH for what is none of these.
 */
export function outputColumns(fields: readonly Field[] | undefined, output: unknown, stage: string): HandlerColumns {
  if (isArrayLike(output) || isReadable(output)) {
    if (isRecords(fields, output)) return columnsOfRecords(namesOf(fields, output), output)
    if (fields === undefined) return { [onlyColumnName]: output }
    if (fields.length === 1) return { [fields[0].name]: output }
  }
  if (isRecord(output) && !isArrayLike(output) && !isReadable(output)) return output
  const expected = fields === undefined ? 'columns or rows' : `columns or rows with ${fields.length} fields`
  throw new PipelineError(
    'OUTPUT_SCHEMA_MISMATCH',
    `stage "${stage}" returned ${isRecord(output) ? 'bare values' : describeKind(output)}, expected ${expected}`,
    { details: { stage } },
  )
}

/** Objects are the values of an only struct field, unless they have a property of that field's name. */
function isRecords(fields: readonly Field[] | undefined, output: unknown): output is readonly unknown[] {
  if (!Array.isArray(output)) return false
  if (output.length === 0) return fields !== undefined
  if (!isRecord(output[0]) || isArrayLike(output[0])) return false
  const isOnlyStruct = fields?.length === 1 && fields[0].type.kind === 'struct'
  return !isOnlyStruct || readField(output[0], fields[0].name) !== undefined
}

/** Without a schema every key counts; with one, keys that it lacks are looked for in the first record only. */
function namesOf(fields: readonly Field[] | undefined, records: readonly unknown[]): Set<string> {
  const names = new Set(fields?.map((field) => field.name))
  for (const record of fields === undefined ? records : records.slice(0, 1)) {
    if (isRecord(record)) for (const name of Object.keys(record)) names.add(name)
  }
  return names
}

function columnsOfRecords(names: Iterable<string>, records: readonly unknown[]): HandlerColumns {
  const columns: Record<string, unknown> = Object.create(null)
  for (const name of names) {
    columns[name] = { length: records.length, get: (row: number) => readField(records[row], name) }
  }
  return columns
}
