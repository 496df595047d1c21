import { type AnyStage, type Field, JsonRows, type RawForm, RawNumbers, rawWidthOf } from '@redesmyn/core'
import type { RecordReader } from '../record-reader.ts'
import type { BodyCodec, ReadBody } from './body-codec.ts'
import { hasRulesBeyondNumbers } from './number-rules.ts'

/** The reader of bodies that are the bytes of one column. Their columns were checked with the endpoint. */
export function openRawBody({ column }: RawForm, stage: AnyStage, records: RecordReader): BodyCodec {
  const { input } = stage
  const bytesField: Field = { name: column, type: { kind: 'binary' }, isNullable: false }
  const field = input?.fields.find(({ name }) => name === column) ?? bytesField
  const fields = input?.fields ?? [bytesField]
  if (rawWidthOf(field) === 0) return new BytesBody(fields, column, { records, schema: input?.json })
  const numbers = new RawNumbers(fields, field)
  return hasRulesBeyondNumbers(input?.json)
    ? new CheckedNumbersBody(numbers, fields, { records, blank: blankRecord(input?.json, fields, column) })
    : new NumbersBody(numbers, fields)
}

interface BytesChecks {
  readonly records: RecordReader
  readonly schema: unknown
}

/** The whole body is the one value. */
class BytesBody implements BodyCodec {
  readonly takesEmpty = true
  readonly #fields: readonly Field[]
  readonly #column: string
  readonly #records: RecordReader
  readonly #blank: Readonly<Record<string, null>>

  constructor(fields: readonly Field[], column: string, { records, schema }: BytesChecks) {
    this.#fields = fields
    this.#column = column
    this.#records = records
    this.#blank = blankRecord(schema, fields, column)
  }

  read(bytes: Uint8Array): ReadBody {
    const record = this.#records.readOne({ ...this.#blank, [this.#column]: bytes })
    const rows = new JsonRows([record], this.#fields, bytes.byteLength)
    return { isSingle: true, nullRows: undefined, fields: this.#fields, rows }
  }
}

/** Any bits are numbers: nothing is looked at, not even for NaN. */
class NumbersBody implements BodyCodec {
  readonly takesEmpty = false
  readonly #numbers: RawNumbers
  readonly #fields: readonly Field[]

  constructor(numbers: RawNumbers, fields: readonly Field[]) {
    this.#numbers = numbers
    this.#fields = fields
  }

  read(bytes: Uint8Array): ReadBody {
    const rows = this.#numbers.read(bytes)
    return { isSingle: rows.rowCount === 1, nullRows: undefined, fields: this.#fields, rows }
  }
}

interface NumberChecks {
  readonly records: RecordReader
  readonly blank: Readonly<Record<string, null>>
}

/** The schema says more of the numbers than their type: each row is looked at as a record. */
class CheckedNumbersBody implements BodyCodec {
  readonly takesEmpty = false
  readonly #numbers: RawNumbers
  readonly #fields: readonly Field[]
  readonly #checks: NumberChecks

  constructor(numbers: RawNumbers, fields: readonly Field[], checks: NumberChecks) {
    this.#numbers = numbers
    this.#fields = fields
    this.#checks = checks
  }

  read(bytes: Uint8Array): ReadBody {
    const { records, blank } = this.#checks
    const rows = this.#numbers.read(bytes)
    const candidates = this.#numbers
      .batchOf(bytes)
      .rows()
      .map((row) => ({ ...blank, ...row }))
    records.readMany(candidates, 'fail')
    return { isSingle: rows.rowCount === 1, nullRows: undefined, fields: this.#fields, rows }
  }
}

/** The nulls of a record that has only one column: members that are optional may be left out. */
function blankRecord(schema: unknown, fields: readonly Field[], column: string): Readonly<Record<string, null>> {
  const required = isRequiring(schema) ? schema.required : []
  const others = fields.filter(({ name }) => name !== column && required.includes(name))
  return Object.fromEntries(others.map(({ name }) => [name, null]))
}

function isRequiring(schema: unknown): schema is { readonly required: readonly unknown[] } {
  return typeof schema === 'object' && schema !== null && 'required' in schema && Array.isArray(schema.required)
}
