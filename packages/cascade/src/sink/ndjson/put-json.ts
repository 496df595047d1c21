import { type ColumnVector, type Field, type RecordBatch, writeJsonFloat } from '@redesmyn/core'
import { compileNestedJson, type JsonTexts } from '../text/nested-json.ts'
import { type PutCell, type PutRows, putIntegers, withNulls } from '../text/put-cell.ts'
import type { TextBuffer } from '../text/text-buffer.ts'

const quote = 0x22
const backslash = 0x5c
const space = 0x20
const closeBrace = 0x7d

/** A column that is written without making texts of its values, or one that a server's writer makes them of. */
interface JsonCell {
  readonly prefix: Uint8Array
  readonly texts: ((batch: RecordBatch) => JsonTexts) | undefined
}

/** Writes rows as JSON objects: byte for byte what `compileJsonWriter` writes, from the columns' own bytes. */
export function compileJsonRows(fields: readonly Field[]): PutRows {
  const cells = fields.map((field, index): JsonCell => {
    const prefix = Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`)
    return { prefix, texts: isWrittenHere(field) ? undefined : compileNestedJson(field) }
  })
  return (batch, out) => {
    const puts = cells.map(({ texts }, index) => bindCell(batch.columns[index], texts?.(batch), out))
    return (row) => {
      for (let index = 0; index < cells.length; index++) {
        const { prefix } = cells[index]
        out.putBytes(prefix, 0, prefix.length)
        puts[index](row)
      }
      out.putByte(closeBrace)
    }
  }
}

function isWrittenHere({ type: { kind } }: Field): boolean {
  return kind === 'bool' || kind === 'int' || kind === 'float' || kind === 'timestamp' || kind === 'utf8'
}

function bindCell(vector: ColumnVector, texts: JsonTexts | undefined, out: TextBuffer): PutCell {
  if (texts !== undefined) return (row) => out.putText(texts(row))
  return withNulls(vector, bindValue(vector, out), () => out.putAscii('null'))
}

function bindValue(vector: ColumnVector, out: TextBuffer): PutCell {
  switch (vector.kind) {
    case 'number': {
      const { values } = vector
      if (vector.field.type.kind !== 'float') return putIntegers(vector, out)
      return (row) => out.putAscii(writeJsonFloat(values[row]))
    }
    case 'int64': {
      const put = putIntegers(vector, out)
      return (row) => {
        if (Number.isSafeInteger(vector.numberAt(row))) put(row)
        else out.putAscii(`"${vector.values[row]}"`)
      }
    }
    case 'utf8':
      return putTexts(vector, out)
    default:
      return (row) => out.putAscii(vector.get(row) === true ? 'true' : 'false')
  }
}

/** Texts go from bytes to bytes, but for those with something to escape. */
function putTexts(vector: Extract<ColumnVector, { kind: 'utf8' }>, out: TextBuffer): PutCell {
  const { bytes, offsets } = vector
  return (row) => {
    const end = offsets[row + 1]
    out.reserve(end - offsets[row] + 2)
    const target = out.bytes
    let place = out.end
    target[place++] = quote
    for (let index = offsets[row]; index < end; index++) {
      const byte = bytes[index]
      if (byte < space || byte === quote || byte === backslash) {
        out.putText(JSON.stringify(vector.get(row)))
        return
      }
      target[place++] = byte
    }
    target[place++] = quote
    out.end = place
  }
}
