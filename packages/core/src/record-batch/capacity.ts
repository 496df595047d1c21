import type { ColumnType, Field } from '../schema/field.ts'
import { byteLengthOf } from '../schema/bytes-value.ts'
import { isArrayLike } from './array-like.ts'
import { childFields } from './child-fields.ts'
import { holdsBytes } from './holds-bytes.ts'
import { readField } from './read-field.ts'

/** How much a batch can hold: the rows, and the size of every node whose length varies from row to row. */
export interface Capacity {
  readonly rows: number
  /** One number per variable-length node, depth first: bytes for utf8 and binary, items for list. */
  readonly variable: readonly number[]
}

/** Room that a text, or a list of variable items, gets per row where nothing is known about the data yet. */
export const defaultColumnBytes = 64
const assumedVariableItemBytes = 16

/** Room for `rows` rows with `columnBytes` (default 64) a row in every variable-length node. */
export function defaultCapacity(
  fields: readonly Field[],
  rows: number,
  columnBytes: number = defaultColumnBytes,
): Capacity {
  const variable: number[] = []
  const visit = (type: ColumnType): void => {
    if (holdsBytes(type)) variable.push(rows * columnBytes)
    if (type.kind === 'list') variable.push(rows * Math.max(1, Math.floor(columnBytes / itemBytes(type.item.type))))
    for (const child of childFields(type)) visit(child.type)
  }
  for (const field of fields) visit(field.type)
  return { rows, variable }
}

/** The exact room that records `from` to `to` (exclusive) take. */
export function measureRecords(
  fields: readonly Field[],
  records: readonly unknown[],
  from: number,
  to: number,
): Capacity {
  const variable = new Array<number>(countVariableNodes(fields)).fill(0)
  let node = 0
  for (const field of fields) {
    if (hasVariableNode(field)) {
      for (let row = from; row < to; row++) addValue(field.type, readField(records[row], field.name), variable, node)
    }
    node += countVariableNodes([field])
  }
  return { rows: to - from, variable }
}

/** Adds what one value takes to the sizes of its nodes, the first of which is at `node`. */
export function addValue(type: ColumnType, value: unknown, sizes: number[], node: number): void {
  if (value === null || value === undefined) return
  switch (type.kind) {
    case 'utf8':
      if (typeof value === 'string') sizes[node] += utf8Length(value)
      return
    case 'binary':
      sizes[node] += byteLengthOf(value) ?? 0
      return
    case 'list':
    case 'fixed-list': {
      if (!isArrayLike(value)) return
      if (type.kind === 'list') sizes[node++] += value.length
      if (!hasVariableNode(type.item)) return
      for (let item = 0; item < value.length; item++) addValue(type.item.type, value[item], sizes, node)
      return
    }
    case 'struct':
      for (const field of type.fields) {
        addValue(field.type, readField(value, field.name), sizes, node)
        node += countVariableNodes([field])
      }
      return
    default:
  }
}

export function countVariableNodes(fields: readonly Field[]): number {
  let count = 0
  for (const { type } of fields) {
    if (holdsBytes(type) || type.kind === 'list') count++
    count += countVariableNodes(childFields(type))
  }
  return count
}

function hasVariableNode(field: Field): boolean {
  return countVariableNodes([field]) > 0
}

function itemBytes(type: ColumnType): number {
  switch (type.kind) {
    case 'bool':
      return 1
    case 'int':
    case 'float':
      return type.bits / 8
    case 'timestamp':
      return 8
    case 'utf8':
    case 'binary':
    case 'list':
      return assumedVariableItemBytes
    case 'fixed-list':
      return type.size * itemBytes(type.item.type)
    case 'struct':
      return type.fields.reduce((sum, field) => sum + itemBytes(field.type), 0)
  }
}

/** Bytes of the text as UTF-8; a lone surrogate becomes U+FFFD, three bytes as well. */
function utf8Length(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes++
    else if (isPairAt(text, index)) {
      bytes += 2
      index++
    } else bytes += 2
  }
  return bytes
}

function isPairAt(text: string, index: number): boolean {
  if ((text.charCodeAt(index) & 0xfc00) !== 0xd800) return false
  return (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00
}
