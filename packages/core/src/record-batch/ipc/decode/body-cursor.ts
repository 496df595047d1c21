import type { PipelineError } from '../../../errors/pipeline-error.ts'
import type { Field } from '../../../schema/field.ts'
import { Bits } from '../../bits.ts'
import { type BufferRange, bytesOfBits } from '../../layout.ts'
import { NullMask } from '../../vectors/null-mask.ts'
import { compressionCodecs } from '../arrow-format.ts'
import type { FlatTable } from './flat-table.ts'
import { malformed, unsupported } from './malformed.ts'

/** The rows of a column, and which of them are null. */
export interface WireNode {
  readonly length: number
  /** Undefined where no row is null. */
  readonly validity: BufferRange | undefined
  readonly nulls: NullMask
}

const alignmentBytes = 8

/** Hands out the nodes and buffers of a record batch in the order of its fields, each checked against the body. */
export class BodyCursor {
  readonly rowCount: number
  /** The longest that a column may be whose length no bytes bound. */
  readonly maxLength: number
  /** The memory that all ranges refer to. */
  readonly buffer: ArrayBufferLike
  readonly #body: Uint8Array
  readonly #nodes: Iterator<readonly [number, number]>
  readonly #buffers: Iterator<readonly [number, number]>
  readonly #variadicCounts: Iterator<number>

  /** Table RecordBatch: length, nodes, buffers, compression, counts of variadic buffers. */
  constructor(table: FlatTable, body: Uint8Array, maxLength: number) {
    this.maxLength = maxLength
    const compression = table.table(3)
    if (compression !== undefined) throw compressed(compression)
    // Typed arrays begin on multiples of their width; a body that came unaligned is copied, once and as a whole.
    this.#body = body.byteOffset % alignmentBytes === 0 ? body : new Uint8Array(body)
    this.buffer = this.#body.buffer
    this.rowCount = assertCount(table.int64(0))
    this.#nodes = table.pairs(1).values()
    this.#buffers = table.pairs(2).values()
    this.#variadicCounts = table.longs(4).values()
  }

  /** The next node with its validity buffer. */
  nextNode(field: Field): WireNode {
    const { length, nullCount } = this.nextCounts()
    const range = this.nextRange(nullCount === 0 ? 0 : bytesOfBits(length))
    if (nullCount === 0) return { length, validity: undefined, nulls: new NullMask(undefined, length) }
    const nulls = new NullMask(Bits.over(this.buffer, range), length)
    if (!field.isNullable) throw malformed(`column "${field.name}" has nulls, which its own schema rules out`)
    if (nulls.count !== nullCount)
      throw malformed(`column "${field.name}" has ${nulls.count} nulls and says ${nullCount}`)
    return { length, validity: range, nulls }
  }

  /** The next node of a column that has no buffers. */
  nextCounts(): { readonly length: number; readonly nullCount: number } {
    const node = take(this.#nodes, 'columns')
    return { length: assertCount(node[0]), nullCount: assertCount(node[1]) }
  }

  /** The next buffer, which must hold at least `minBytes`. */
  nextRange(minBytes: number): BufferRange {
    const [offset, byteLength] = take(this.#buffers, 'buffers')
    if (!(offset >= 0 && byteLength >= 0 && offset + byteLength <= this.#body.byteLength)) {
      throw malformed('a buffer lies outside the body')
    }
    if (offset % alignmentBytes !== 0) throw malformed('a buffer is not aligned')
    if (byteLength < minBytes) throw malformed(`a buffer has ${byteLength} bytes where ${minBytes} are needed`)
    return { byteOffset: this.#body.byteOffset + offset, byteLength, bitOffset: 0 }
  }

  nextBytes(minBytes: number): Uint8Array {
    const { byteOffset, byteLength } = this.nextRange(minBytes)
    return new Uint8Array(this.buffer, byteOffset, byteLength)
  }

  nextInt64s(length: number): BigInt64Array {
    return new BigInt64Array(this.buffer, this.nextRange(length * 8).byteOffset, length)
  }

  /** How many buffers of texts the next column of views has. */
  nextVariadicCount(): number {
    return assertCount(take(this.#variadicCounts, 'counts of buffers'))
  }
}

/** Table BodyCompression: codec. */
function compressed(table: FlatTable): PipelineError {
  const codec = compressionCodecs[table.int8(0)] ?? 'an unknown codec'
  return unsupported(`buffers compressed with ${codec}`, 'write it without compression')
}

function take<T>(items: Iterator<T>, what: string): T {
  const next = items.next()
  if (next.done === true) throw malformed(`it has fewer ${what} than its schema asks for`)
  return next.value
}

function assertCount(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw malformed(`it claims a count of ${count}`)
}
