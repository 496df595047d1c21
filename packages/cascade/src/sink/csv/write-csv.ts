import {
  type ColumnVector,
  compileJsonWriter,
  type Field,
  type JsonWriter,
  PipelineError,
  projectLayout,
  RecordBatch,
  writeJsonFloat,
} from '@redesmyn/core'

/** Rows as lines of CSV, without the lines' ends. */
export interface CsvWriter {
  readonly header: string
  bind(batch: RecordBatch): (row: number) => string
}

type WriteCell = (row: number) => string

/** Years that ISO 8601 writes with four digits; times beyond are milliseconds. */
const minIsoMs = -62_135_596_800_000
const maxIsoMs = 253_402_300_799_999

/** Does once for a schema what does not depend on the batch. */
export function compileCsvWriter(fields: readonly Field[], delimiter: string): CsvWriter {
  const mayNeedQuotes = new RegExp(`["\r\n${delimiter.replace(/[\\^\]-]/, '\\$&')}]`)
  const quote = (text: string): string =>
    text === '' || mayNeedQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const nested = fields.map((field) => (isNested(field) ? compileJsonWriter([field]) : undefined))
  return {
    header: fields.map(({ name }) => quote(name)).join(delimiter),
    bind(batch) {
      const cells = batch.columns.map((column, index) => {
        const json = nested[index]
        const write = json === undefined ? bindValue(column, quote) : bindNested(json, batch, fields[index], quote)
        return withNulls(column, write)
      })
      return (row) => joinCells(cells, row, delimiter)
    },
  }
}

function joinCells(cells: readonly WriteCell[], row: number, delimiter: string): string {
  let text = cells[0](row)
  for (let index = 1; index < cells.length; index++) text += delimiter + cells[index](row)
  return text
}

function withNulls({ nulls }: ColumnVector, write: WriteCell): WriteCell {
  return nulls.validity === undefined ? write : (row) => (nulls.has(row) ? '' : write(row))
}

/** Writes values of rows that are not null. Numbers that JSON has no text for have none here either. */
function bindValue(vector: ColumnVector, quote: (text: string) => string): WriteCell {
  switch (vector.kind) {
    case 'number': {
      const { values } = vector
      if (vector.field.type.kind !== 'float') return (row) => `${values[row]}`
      return (row) => (Number.isFinite(values[row]) ? writeJsonFloat(values[row]) : '')
    }
    case 'int64': {
      if (vector.field.type.kind === 'timestamp') return (row) => writeTime(vector.numberAt(row))
      return (row) => {
        const value = vector.numberAt(row)
        return Number.isSafeInteger(value) ? `${value}` : `${vector.values[row]}`
      }
    }
    case 'bool':
      return (row) => (vector.bits.get(row) ? 'true' : 'false')
    case 'binary': {
      const { offsets, bytes } = vector
      return (row) => quote(Buffer.from(bytes.subarray(offsets[row], offsets[row + 1])).toString('base64'))
    }
    default:
      return (row) => quote(String(vector.get(row)))
  }
}

/** Lists and structs are JSON. */
function bindNested(json: JsonWriter, batch: RecordBatch, field: Field, quote: (text: string) => string): WriteCell {
  const layout = projectLayout(batch.layout, [field])
  if (layout === undefined) throw new PipelineError('INTERNAL', `a batch has no column "${field.name}" as its file has`)
  const { prediction } = json.bind(new RecordBatch(layout, batch.buffer, batch.rowCount))
  return (row) => quote(prediction(row))
}

function writeTime(milliseconds: number): string {
  const isWritten = milliseconds >= minIsoMs && milliseconds <= maxIsoMs
  return isWritten ? new Date(milliseconds).toISOString() : `${milliseconds}`
}

function isNested({ type }: Field): boolean {
  return type.kind === 'list' || type.kind === 'fixed-list' || type.kind === 'struct'
}
