import { type ColumnVector, type Field, writeJsonFloat } from '@redesmyn/core'
import { compileNestedJson, type JsonTexts } from '../text/nested-json.ts'
import { type PutCell, type PutRows, putIntegers, withNulls } from '../text/put-cell.ts'
import type { TextBuffer } from '../text/text-buffer.ts'
import { putTimes } from './put-time.ts'

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** The names of the columns as a line, without its end. */
export function csvHeader(fields: readonly Field[], delimiter: string): string {
  return fields.map(({ name }) => quoted(name, delimiter)).join(delimiter)
}

/** Writes rows as lines of CSV, without their ends. */
export function compileCsvRows(fields: readonly Field[], delimiter: string): PutRows {
  const texts = fields.map((field) => (isNested(field) ? compileNestedJson(field) : undefined))
  const delimiterByte = delimiter.charCodeAt(0)
  return (batch, out) => {
    const puts = batch.columns.map((column, index) => bindCell(column, texts[index]?.(batch), delimiter, out))
    return (row) => {
      for (let index = 0; index < puts.length; index++) {
        if (index > 0) out.putByte(delimiterByte)
        puts[index](row)
      }
    }
  }
}

function isNested({ type: { kind } }: Field): boolean {
  return kind === 'list' || kind === 'fixed-list' || kind === 'struct'
}

function bindCell(vector: ColumnVector, texts: JsonTexts | undefined, delimiter: string, out: TextBuffer): PutCell {
  const put: PutCell =
    texts === undefined ? bindValue(vector, delimiter, out) : (row) => out.putText(quoted(texts(row), delimiter))
  return withNulls(vector, put, () => {})
}

/** Puts values of rows that are not null. Numbers that JSON has no text for have none here either. */
function bindValue(vector: ColumnVector, delimiter: string, out: TextBuffer): PutCell {
  switch (vector.kind) {
    case 'number': {
      const { values } = vector
      if (vector.field.type.kind !== 'float') return putIntegers(vector, out)
      return (row) => {
        if (Number.isFinite(values[row])) out.putAscii(writeJsonFloat(values[row]))
      }
    }
    case 'int64':
      return vector.field.type.kind === 'timestamp' ? putTimes(vector, out) : putIntegers(vector, out)
    case 'utf8':
      return putTexts(vector, delimiter, out)
    case 'binary': {
      const { offsets, bytes } = vector
      return (row) => {
        const base64 = Buffer.from(bytes.subarray(offsets[row], offsets[row + 1])).toString('base64')
        out.putAscii(quoted(base64, delimiter))
      }
    }
    default:
      return (row) => out.putAscii(vector.get(row) === true ? 'true' : 'false')
  }
}

/** Texts go from bytes to bytes, but for those that need quotes; an empty one would be null without. */
function putTexts(vector: Extract<ColumnVector, { kind: 'utf8' }>, delimiter: string, out: TextBuffer): PutCell {
  const { bytes, offsets } = vector
  const separator = delimiter.charCodeAt(0)
  return (row) => {
    const end = offsets[row + 1]
    out.reserve(end - offsets[row])
    const target = out.bytes
    let place = out.end
    for (let index = offsets[row]; index < end; index++) {
      const byte = bytes[index]
      if (byte === separator || byte === quote || byte === lineFeed || byte === carriageReturn) {
        out.putText(quoted(vector.get(row) ?? '', delimiter))
        return
      }
      target[place++] = byte
    }
    if (place === out.end) out.putAscii('""')
    else out.end = place
  }
}

function quoted(text: string, delimiter: string): string {
  const needsQuotes = text === '' || text.includes(delimiter) || /["\r\n]/.test(text)
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text
}
