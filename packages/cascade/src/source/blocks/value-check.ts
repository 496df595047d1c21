import {
  type ColumnSource,
  createRecordCheck,
  type Field,
  hasRefinement,
  hasValueRules,
  pointerTo,
  type RecordCheck,
  type RecordSchema,
  withoutAbsent,
} from '@redesmyn/core'
import { describeIssue } from '../describe-issue.ts'
import type { RowFault } from './column-plan.ts'
import { type ColumnRange, rangeOf, rowsOutOfRange } from './column-range.ts'

/** Finds the rows that break what a schema asks of values beyond their types. */
export type ValueCheck = (sources: readonly ColumnSource[], rowCount: number) => readonly RowFault[]

/** Columns of which the schema asks nothing are not looked at, and bounds of numbers need no records. */
export async function createValueCheck(schema: RecordSchema): Promise<ValueCheck> {
  const { properties, ...rest } = schema.json
  if (hasValueRules(rest) || hasRefinement(schema.json))
    return recordFaults(schema, schema.fields, await compileCheck(schema))
  const ranges: ColumnRange[] = []
  const ruled: Field[] = []
  for (const [index, field] of schema.fields.entries()) {
    const property: unknown = properties[field.name]
    if (!hasValueRules(property)) continue
    const range = rangeOf(property, field, index)
    if (range === undefined) ruled.push(field)
    else ranges.push(range)
  }
  const checks: ValueCheck[] = ranges.filter((range) => !range.isOwn).map(rangeFaults)
  if (ruled.length > 0) checks.push(recordFaults(schema, ruled, await compileCheck(onlyFields(schema, ruled))))
  return (sources, rowCount) => checks.flatMap((check) => check(sources, rowCount))
}

function rangeFaults(range: ColumnRange): ValueCheck {
  const { index, name, minimum, maximum } = range
  return (sources) =>
    rowsOutOfRange(sources[index], range).map((row) => {
      const value = sources[index].get(row)
      const expected = Number(value) > maximum ? `<= ${maximum}` : `>= ${minimum}`
      return { row, message: `${pointerTo('', name)} must be ${expected}, got ${String(value)}` }
    })
}

function recordFaults(schema: RecordSchema, fields: readonly Field[], check: RecordCheck): ValueCheck {
  const places = fields.map((field) => ({ name: field.name, index: schema.fields.indexOf(field) }))
  return (sources, rowCount) => {
    const faults: RowFault[] = []
    for (let row = 0; row < rowCount; row++) {
      const values = Object.fromEntries(places.map(({ name, index }) => [name, sources[index].get(row)]))
      const record = withoutAbsent(values, schema.json)
      if (check.isValid(record)) continue
      const [issue] = check.issues(record, row)
      faults.push({ row, message: issue === undefined ? 'the schema is broken' : describeIssue(issue, record) })
    }
    return faults
  }
}

/** The schema as if it had no other fields. */
function onlyFields(schema: RecordSchema, fields: readonly Field[]): RecordSchema {
  const names = new Set(fields.map(({ name }) => name))
  const json = {
    ...schema.json,
    properties: Object.fromEntries(Object.entries(schema.json.properties).filter(([name]) => names.has(name))),
    required: requiredOf(schema.json).filter((name) => names.has(name)),
  }
  return { ...schema, json, fields }
}

function requiredOf(json: object): readonly string[] {
  const required: unknown = 'required' in json ? json.required : undefined
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** Loaded only where a schema has such rules: the compiler takes longer to load than everything else here. */
async function compileCheck(schema: RecordSchema): Promise<RecordCheck> {
  const { Compile } = await import('typebox/compile')
  return createRecordCheck(schema, Compile, { coerce: false })
}
