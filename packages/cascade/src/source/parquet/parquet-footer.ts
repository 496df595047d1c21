import { readThrift } from '../thrift/read-thrift.ts'
import { type ThriftStruct, thriftInt64, thriftStructs, type ThriftValue, withFields } from '../thrift/thrift-value.ts'
import { writeThrift } from '../thrift/write-thrift.ts'

/** Numbers of fields, as the format's Thrift definition has them. */
const fileField = { rowCount: 3, rowGroups: 4 } as const
const groupField = { columns: 1, rowCount: 3, fileOffset: 5, ordinal: 7 } as const
const chunkField = {
  fileOffset: 2,
  meta: 3,
  offsetIndexOffset: 4,
  offsetIndexLength: 5,
  columnIndexOffset: 6,
  columnIndexLength: 7,
} as const
const metaField = {
  path: 3,
  uncompressedBytes: 6,
  compressedBytes: 7,
  dataPageOffset: 9,
  indexPageOffset: 10,
  dictionaryPageOffset: 11,
  bloomFilterOffset: 14,
  bloomFilterLength: 15,
} as const

/** What stands at both ends of a file. */
export const parquetMagic = 'PAR1'

/** What a Parquet file says of itself at its end. */
export interface ParquetFooter {
  readonly struct: ThriftStruct
  readonly groups: readonly RowGroup[]
}

export interface RowGroup {
  readonly struct: ThriftStruct
  readonly rowCount: number
  /** In the file, compressed. */
  readonly byteLength: number
  readonly chunks: readonly ColumnChunk[]
}

/** The pages of one column of a row group. A column inside another has the outer one's name first in its path. */
export interface ColumnChunk {
  readonly struct: ThriftStruct
  readonly path: readonly string[]
  readonly start: number
  readonly byteLength: number
  readonly uncompressedBytes: number
}

/** Throws RangeError where the bytes are no footer. */
export function readFooter(bytes: Uint8Array): ParquetFooter {
  const struct = readThrift(bytes)
  const groups = listOf(struct, fileField.rowGroups).map(readGroup)
  return { struct, groups }
}

/** The same footer over other row groups. */
export function writeFooter({ struct }: ParquetFooter, groups: readonly RowGroup[]): Uint8Array {
  return writeThrift(
    withFields(struct, {
      [fileField.rowCount]: thriftInt64(groups.reduce((sum, { rowCount }) => sum + rowCount, 0)),
      [fileField.rowGroups]: thriftStructs(groups.map((group) => group.struct)),
    }),
  )
}

/** A row group of which only some column chunks are left, and these begin elsewhere: by how many bytes, says `moves`. */
export function moveGroup(group: RowGroup, moves: ReadonlyMap<ColumnChunk, number>): RowGroup {
  const chunks = group.chunks.flatMap((chunk) => {
    const move = moves.get(chunk)
    return move === undefined ? [] : [moveChunk(chunk, move)]
  })
  const changes = {
    [groupField.columns]: thriftStructs(chunks.map(({ struct }) => struct)),
    // Both may be left out, and tell nothing that the chunks do not.
    [groupField.fileOffset]: undefined,
    [groupField.ordinal]: undefined,
  }
  return { ...group, struct: withFields(group.struct, changes), chunks }
}

function moveChunk(chunk: ColumnChunk, move: number): ColumnChunk {
  const meta = structOf(chunk.struct, chunkField.meta)
  const moved = (id: number): ThriftValue | undefined => {
    return meta.fields.has(id) ? thriftInt64(intOf(meta, id) + move) : undefined
  }
  const struct = withFields(chunk.struct, {
    [chunkField.fileOffset]: thriftInt64(0),
    [chunkField.meta]: withFields(meta, {
      [metaField.dataPageOffset]: moved(metaField.dataPageOffset),
      [metaField.dictionaryPageOffset]: moved(metaField.dictionaryPageOffset),
      [metaField.indexPageOffset]: moved(metaField.indexPageOffset),
      [metaField.bloomFilterOffset]: undefined,
      [metaField.bloomFilterLength]: undefined,
    }),
    // Indexes lie apart from the pages, and are not moved with them.
    [chunkField.offsetIndexOffset]: undefined,
    [chunkField.offsetIndexLength]: undefined,
    [chunkField.columnIndexOffset]: undefined,
    [chunkField.columnIndexLength]: undefined,
  })
  return { ...chunk, struct, start: chunk.start + move }
}

function readGroup(struct: ThriftStruct): RowGroup {
  const chunks = listOf(struct, groupField.columns).map(readChunk)
  const byteLength = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  return { struct, rowCount: intOf(struct, groupField.rowCount), byteLength, chunks }
}

function readChunk(struct: ThriftStruct): ColumnChunk {
  const meta = structOf(struct, chunkField.meta)
  const dataPage = intOf(meta, metaField.dataPageOffset)
  // Some writers say 0 where there is no dictionary.
  const dictionary = meta.fields.has(metaField.dictionaryPageOffset) ? intOf(meta, metaField.dictionaryPageOffset) : 0
  return {
    struct,
    path: textsOf(meta, metaField.path),
    start: dictionary > 0 ? Math.min(dictionary, dataPage) : dataPage,
    byteLength: intOf(meta, metaField.compressedBytes),
    uncompressedBytes: intOf(meta, metaField.uncompressedBytes),
  }
}

/** Throws RangeError where there is no such list. */
export function listOf(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const list = struct.fields.get(id)
  if (list?.kind !== 'list') throw missing(id)
  return list.items.map((item) => {
    if (item.kind !== 'struct') throw missing(id)
    return item
  })
}

function structOf(struct: ThriftStruct, id: number): ThriftStruct {
  const value = struct.fields.get(id)
  if (value?.kind !== 'struct') throw missing(id)
  return value
}

function intOf(struct: ThriftStruct, id: number): number {
  const value = struct.fields.get(id)
  if (value?.kind !== 'int') throw missing(id)
  return value.value
}

function textsOf(struct: ThriftStruct, id: number): readonly string[] {
  const list = struct.fields.get(id)
  if (list?.kind !== 'list') throw missing(id)
  const decoder = new TextDecoder()
  return list.items.map((item) => (item.kind === 'bytes' ? decoder.decode(item.value) : ''))
}

function missing(id: number): RangeError {
  return new RangeError(`field ${id} of a struct is missing`)
}
