import type { Field } from '../../../schema/field.ts'
import { bitsPerValue, bytesOfBits } from '../../layout.ts'
import type { ColumnSource, ColumnVector } from '../../vectors/column-vector.ts'
import { openVector } from '../../vectors/open-vector.ts'
import { byteVector } from '../../vectors/byte-vector.ts'
import { ValueVector } from '../../vectors/value-vector.ts'
import type { BodyCursor, WireNode } from './body-cursor.ts'
import { gatherBytes } from './gather-bytes.ts'
import type { TimePrecision } from './decode-times.ts'
import { malformed, unsupported } from './malformed.ts'
import type { DictionaryEncoding, WireField } from './wire-field.ts'

/** What columns that have to be rewritten are decoded with. */
export interface ForeignContext {
  /** Values by dictionary id. */
  readonly dictionaries: ReadonlyMap<number, ColumnSource>
  /** Memory that one column may take beyond the body. */
  readonly maxBytes: number
  readonly times: TimePrecision
}

const noBytes = new Uint8Array(0)

/** A column of places in a dictionary that an earlier message brought, as the values themselves. */
export function decodeDictionaryColumn(
  cursor: BodyCursor,
  { field }: WireField,
  encoding: DictionaryEncoding,
  { dictionaries, maxBytes }: ForeignContext,
): ColumnSource {
  const node = cursor.nextNode(field)
  const indexes = decodeIndexes(cursor, { ...field, type: encoding.index }, node)
  const values = dictionaries.get(encoding.id)
  if (values === undefined) throw malformed(`the dictionary of column "${field.name}" is missing`)
  assertPlain(values, field)

  const indexOf = (row: number): number | undefined => {
    if (node.nulls.has(row)) return undefined
    const index = Number(indexes.get(row))
    if (index >= 0 && index < values.length) return index
    throw malformed(`column "${field.name}" names value ${index} of ${values.length} in its dictionary`)
  }

  if (values.kind === 'utf8' || values.kind === 'binary') {
    const gathered = gatherBytes(node.length, maxBytes, (row) => {
      const index = indexOf(row)
      return index === undefined ? noBytes : values.bytes.subarray(values.offsets[index], values.offsets[index + 1])
    })
    return byteVector(field, node.nulls, gathered)
  }
  return new ValueVector(field, node.length, (row) => {
    const index = indexOf(row)
    return index === undefined ? null : values.get(index)
  })
}

function decodeIndexes(cursor: BodyCursor, field: Field, { length, validity }: WireNode): ColumnVector {
  const values = cursor.nextRange(bytesOfBits(length * bitsPerValue(field.type)))
  return openVector({ field, length, validity, offsets: undefined, values, children: [] }, cursor.buffer, length)
}

function assertPlain(values: ColumnSource, { name }: Field): void {
  if (values.nulls.count > 0) throw unsupported(`nulls in the dictionary of column "${name}"`)
  const isPlain =
    values.kind === 'utf8' ||
    values.kind === 'binary' ||
    values.kind === 'number' ||
    values.kind === 'int64' ||
    values.kind === 'bool'
  if (!isPlain) throw unsupported(`a dictionary of lists or structs in column "${name}"`)
}
