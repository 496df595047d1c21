import {
  BatchWriter,
  type ColumnType,
  compileJsonWriter,
  type Field,
  findMismatch,
  layoutBatch,
  measureRecords,
  PipelineError,
  pointerTo,
  projectLayout,
  RecordBatch,
  recordInvalid,
  type RecordIssue,
} from '@redesmyn/core'
import { isRecord } from './read-fields.ts'

const maxIssues = 1000

/**
 * The rows of a batch as a JSON array of records. Integers of 64 bits are written with all their digits. A record has no
 * member for a column of `optional` that is null.
 */
export function writeJsonRecords(batch: RecordBatch, optional: readonly string[] = []): string {
  const writeRow = optional.length === 0 ? wholeRows(batch) : rowsWithout(batch, new Set(optional))
  return `[${Array.from({ length: batch.rowCount }, (_, row) => writeRow(row)).join(',')}]`
}

/** The same, but bare values where there is one column: the predictions of an answer. */
export function writeJsonPredictions(batch: RecordBatch): string {
  const rows = compileJsonWriter(batch.fields, 'exact').bind(batch)
  return `[${Array.from({ length: batch.rowCount }, (_, row) => rows.prediction(row)).join(',')}]`
}

/**
 * Records that `parseExactJson` made, as a batch in shared memory. Where there is one column, its bare values are records
 * too. Integers of 64 bits may also come as text, bytes come as base64. Throws RECORD_INVALID naming row and column.
 */
export function readJsonRecords(values: readonly unknown[], fields: readonly Field[]): RecordBatch {
  const records = values.map((value) => toRecord(value, fields))
  const issues = records.flatMap((record, row) => issuesOf(record, row, fields)).slice(0, maxIssues)
  if (issues.length > 0) throw recordInvalid(issues)
  const layout = layoutBatch(fields, measureRecords(fields, records, 0, records.length))
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  if (writer.appendRecords(records, 0, records.length)) return writer.batch()
  throw new PipelineError('INTERNAL', 'records do not fit the room that was measured for them')
}

function wholeRows(batch: RecordBatch): (row: number) => string {
  const rows = compileJsonWriter(batch.fields, 'exact').bind(batch)
  return (row) => rows.object(row)
}

function rowsWithout(batch: RecordBatch, optional: ReadonlySet<string>): (row: number) => string {
  const members = batch.columns.map((column) => {
    const { field, nulls } = column
    const layout = projectLayout(batch.layout, [field])
    if (layout === undefined) throw new PipelineError('INTERNAL', `a batch has no column "${field.name}"`)
    const cells = compileJsonWriter([field], 'exact').bind(new RecordBatch(layout, batch.buffer, batch.rowCount))
    const isLeftOut = optional.has(field.name) ? (row: number) => nulls.has(row) : () => false
    return { isLeftOut, write: (row: number) => `${JSON.stringify(field.name)}:${cells.prediction(row)}` }
  })
  return (row) => {
    const written = members.filter(({ isLeftOut }) => !isLeftOut(row))
    return `{${written.map(({ write }) => write(row)).join(',')}}`
  }
}

type JsonRecord = Readonly<Record<string, unknown>>

function toRecord(value: unknown, fields: readonly Field[]): JsonRecord | undefined {
  const [only] = fields
  const isBare = fields.length === 1 && !(isRecord(value) && Object.hasOwn(value, only.name))
  const named = isBare ? { [only.name]: value } : value
  return isRecord(named) ? readMembers(named, fields) : undefined
}

function issuesOf(record: JsonRecord | undefined, row: number, fields: readonly Field[]): readonly RecordIssue[] {
  if (record === undefined) return [{ row, pointer: '', rule: 'type', message: 'must be an object' }]
  return fields.flatMap((field) => {
    const found = findMismatch(field, record[field.name])
    if (found === undefined) return []
    const pointer = `${pointerTo('', field.name)}${found.pointer}`
    return [{ row, pointer, rule: 'type', message: `must be ${found.expected}, got ${found.received}` }]
  })
}

function readMembers(record: JsonRecord, fields: readonly Field[]): JsonRecord {
  const read: Record<string, unknown> = Object.create(null)
  for (const { name, type } of fields) if (Object.hasOwn(record, name)) read[name] = readValue(record[name], type)
  return read
}

/** What cannot be read is left as it is, for the check to name. */
function readValue(value: unknown, type: ColumnType): unknown {
  switch (type.kind) {
    case 'int':
      return type.bits === 64 ? readLong(value, type.as) : toNumber(value)
    case 'float':
    case 'timestamp':
      return toNumber(value)
    case 'binary':
      return typeof value === 'string' ? Buffer.from(value, 'base64') : value
    case 'list':
    case 'fixed-list':
      return Array.isArray(value) ? value.map((item) => readValue(item, type.item.type)) : value
    case 'struct':
      return isRecord(value) ? readMembers(value, type.fields) : value
    default:
      return value
  }
}

/** A parser that keeps long integers cannot know which columns want them. */
function toNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

function readLong(value: unknown, as: 'number' | 'bigint'): unknown {
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value)
  const long = isText || isWhole ? BigInt(value) : value
  return as === 'number' && typeof long === 'bigint' ? toSafe(long) : long
}

function toSafe(long: bigint): number | bigint {
  return Number.isSafeInteger(Number(long)) ? Number(long) : long
}
