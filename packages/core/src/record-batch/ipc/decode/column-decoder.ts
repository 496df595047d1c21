import type { Field } from '../../../schema/field.ts'
import { holdsBytes } from '../../holds-bytes.ts'
import { bitsPerValue, bytesOfBits, type ColumnLayout } from '../../layout.ts'
import type { ColumnSource } from '../../vectors/column-vector.ts'
import { ListVector } from '../../vectors/list-vector.ts'
import { openOffsets, openVector } from '../../vectors/open-vector.ts'
import { assertOffsets } from './assert-offsets.ts'
import { assertByteColumn } from './assert-byte-column.ts'
import type { BodyCursor, WireNode } from './body-cursor.ts'
import type { ForeignContext } from './decode-dictionary-column.ts'
import { decodeForeign } from './decode-foreign.ts'
import { malformed } from './malformed.ts'
import { narrowOffsets } from './narrow-offsets.ts'
import { parentValues } from './parent-values.ts'
import type { WireField } from './wire-field.ts'

/** Where a column is in the body, or, where it cannot stay as it came, what it is to be rewritten from. */
export type DecodedColumn =
  | { readonly layout: ColumnLayout; readonly source: undefined }
  | { readonly layout: undefined; readonly source: ColumnSource }

/** Reads the columns of one record batch: for each a node, its buffers, then its children. */
export class ColumnDecoder {
  readonly #cursor: BodyCursor
  readonly #context: ForeignContext

  constructor(cursor: BodyCursor, context: ForeignContext) {
    this.#cursor = cursor
    this.#context = context
  }

  decode(wire: WireField): DecodedColumn {
    const { field, encoding } = wire
    const { kind } = field.type
    if (encoding.kind === 'large' && kind === 'list') return this.#decodeLargeList(wire)
    if (encoding.kind !== 'same') return rewrite(decodeForeign(this.#cursor, wire, this.#context))
    const node = this.#cursor.nextNode(field)
    if (holdsBytes(field.type)) return this.#decodeBytes(field, node)
    if (kind === 'list' || kind === 'fixed-list' || kind === 'struct') return this.#decodeParent(wire, node)
    return keep(field, node, { values: this.#cursor.nextRange(bytesOfBits(node.length * bitsPerValue(field.type))) })
  }

  /** Passes over a column that nobody reads. */
  skip({ encoding, children }: WireField): void {
    if (encoding.kind !== 'skipped') return
    this.#cursor.nextCounts()
    const variadic = encoding.isVariadic ? this.#cursor.nextVariadicCount() : 0
    for (let index = 0; index < encoding.buffers + variadic; index++) this.#cursor.nextRange(0)
    for (const child of children) this.skip(child)
  }

  /** The column as something to read from, wherever it is. */
  open({ layout, source }: DecodedColumn): ColumnSource {
    return layout === undefined ? source : openVector(layout, this.#cursor.buffer, layout.length)
  }

  #decodeBytes(field: Field, node: WireNode): DecodedColumn {
    const offsets = this.#cursor.nextRange(bytesOfOffsets(node.length))
    const column = keep(field, node, { offsets, values: this.#cursor.nextRange(0) })
    assertByteColumn(this.open(column))
    return column
  }

  #decodeParent(wire: WireField, node: WireNode): DecodedColumn {
    const { field } = wire
    const offsets = field.type.kind === 'list' ? this.#cursor.nextRange(bytesOfOffsets(node.length)) : undefined
    const children = wire.children.map((child) => this.decode(child))
    const starts = offsets && openOffsets(offsets, this.#cursor.buffer, node.length)
    this.#assertChildren(field, node, starts, children)
    const layouts = children.flatMap(({ layout }) => layout ?? [])
    if (layouts.length === children.length) return keep(field, node, { offsets, children: layouts })
    return rewrite(
      parentValues(
        field,
        node,
        starts,
        children.map((child) => this.open(child)),
      ),
    )
  }

  #decodeLargeList({ field, children }: WireField): DecodedColumn {
    const node = this.#cursor.nextNode(field)
    const starts = narrowOffsets(this.#cursor.nextInt64s(node.length === 0 ? 0 : node.length + 1), field.name)
    const items = this.open(this.decode(children[0]))
    assertOffsets(starts, items.length, field.name)
    if (items.kind === 'value') return rewrite(parentValues(field, node, starts, [items]))
    return rewrite(new ListVector(field, node.nulls, starts, items))
  }

  #assertChildren(
    field: Field,
    node: WireNode,
    starts: Int32Array | undefined,
    children: readonly DecodedColumn[],
  ): void {
    const lengths = children.map(lengthOf)
    if (starts !== undefined) return assertOffsets(starts, lengths[0], field.name)
    const perRow = field.type.kind === 'fixed-list' ? field.type.size : 1
    for (const length of lengths) {
      if (length === node.length * perRow) continue
      throw malformed(`column "${field.name}" has ${length} inner values for ${node.length} rows`)
    }
    // Nothing in the body bounds the length of a column that takes no bytes.
    const takesNoBytes = lengths.length === 0 || perRow === 0
    if (takesNoBytes && node.length > this.#cursor.maxLength) throw malformed(`column "${field.name}" is too long`)
  }
}

export function lengthOf({ layout, source }: DecodedColumn): number {
  return layout === undefined ? source.length : layout.length
}

type Parts = Partial<Pick<ColumnLayout, 'offsets' | 'values' | 'children'>>

function keep(field: Field, { length, validity }: WireNode, parts: Parts): DecodedColumn {
  const layout = { field, length, validity, offsets: undefined, values: undefined, children: [], ...parts }
  return { layout, source: undefined }
}

function rewrite(source: ColumnSource): DecodedColumn {
  return { layout: undefined, source }
}

/** An empty column may leave its only offset out. */
function bytesOfOffsets(length: number): number {
  return length === 0 ? 0 : (length + 1) * 4
}
