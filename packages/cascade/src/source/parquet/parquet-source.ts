import { describeStream, type Field } from '@redesmyn/core'
import { cutBlocks } from '../blocks/cut-blocks.ts'
import type { HeldBatch } from '../blocks/held-batch.ts'
import { sourceFailure, toSourceFailure } from '../source-failure.ts'
import type { FileFacts, ReadBlock, ReadRequest, SourceFormat } from '../source-format.ts'
import { splitGroups } from '../split-groups.ts'
import { footerOnly, readExcerpt } from './excerpt.ts'
import { openParquet, type ParquetFile } from './open-parquet.ts'
import { holdBatch, holdNothing } from './parquet-batch.ts'
import { writeFooter } from './parquet-footer.ts'
import { parquetLibrary } from './parquet-library.ts'
import { projectFooter } from './project-footer.ts'

/** Rows that are decoded at once, and lie side by side until a block takes them. */
const decodedRows = 65_536
/** What a row group may take once it is decompressed; a larger one is decoded in several goes. */
const maxDecodedBytes = 128 * 2 ** 20

/** Reads Parquet files by row groups, and of those only the columns of the schema. */
export const parquetSource: SourceFormat = Object.freeze({
  name: 'parquet',
  describe: describeParquet,
  split: (facts: FileFacts, limits) => splitGroups(facts.groups ?? [], limits),
  read: readParquetPart,
} satisfies SourceFormat)

async function describeParquet(path: string): Promise<FileFacts> {
  const file = await openParquet(path)
  try {
    const { byteLength, modifiedMs, footer } = file
    const groups = footer.groups.map(({ rowCount, byteLength: groupBytes }) => ({ rowCount, byteLength: groupBytes }))
    const rowCount = groups.reduce((sum, group) => sum + group.rowCount, 0)
    const columns = readColumns(file, file.footerBytes)
    return { path, byteLength, modifiedMs, rowCount, groups, columns, compression: 'none' }
  } finally {
    await file.handle.close()
  }
}

function readColumns({ path }: ParquetFile, footer: Uint8Array, wanted: readonly Field[] = []) {
  const { readSchema } = parquetLibrary()
  return guard(path, () => describeStream(readSchema(footerOnly(footer)).intoIPCStream(), wanted))
}

async function* readParquetPart(request: ReadRequest): AsyncGenerator<ReadBlock> {
  request.signal.throwIfAborted()
  const file = await openParquet(request.path)
  try {
    const { fields } = request.schema
    const names = new Set(fields.map(({ name }) => name))
    const columns = readColumns(file, writeFooter(projectFooter(file.footer, names), []), fields)
    yield* cutBlocks(request, columns, readBatches(file, columns, request))
  } finally {
    await file.handle.close()
  }
}

async function* readBatches(
  file: ParquetFile,
  read: readonly Field[],
  { range, schema }: ReadRequest,
): AsyncGenerator<HeldBatch> {
  if (range.kind !== 'groups') throw sourceFailure(file.path, 'expected a range of row groups, got one of bytes')
  let groupStart = file.footer.groups.slice(0, range.from).reduce((sum, { rowCount }) => sum + rowCount, 0)
  const end = range.firstRow + range.rowCount
  for (let index = range.from; index < range.to; index++) {
    const group = file.footer.groups[index]
    if (group === undefined) throw sourceFailure(file.path, `expected row group ${index}, got ${index} row groups`)
    const from = Math.max(0, range.firstRow - groupStart)
    const to = Math.min(group.rowCount, end - groupStart)
    if (to > from) yield* readGroup(file, { index, from, to }, { read, wanted: schema.fields })
    groupStart += group.rowCount
  }
}

/** Rows `from` to `to` (exclusive) of a row group. */
interface GroupRows {
  readonly index: number
  readonly from: number
  readonly to: number
}

interface GroupColumns {
  /** As the file has them. */
  readonly read: readonly Field[]
  /** As the schema has them. */
  readonly wanted: readonly Field[]
}

async function* readGroup(
  file: ParquetFile,
  { index, from, to }: GroupRows,
  { read, wanted }: GroupColumns,
): AsyncGenerator<HeldBatch> {
  const { readParquet, wasmMemory } = parquetLibrary()
  if (read.length === 0) {
    yield holdNothing(to - from)
    return
  }
  const excerpt = await readExcerpt(file, index, new Set(read.map(({ name }) => name)))
  const step = rowsAtOnce(file, index, read)
  for (let offset = from; offset < to; offset += step) {
    const limit = Math.min(step, to - offset)
    const table = guard(file.path, () => readParquet(excerpt, { batchSize: decodedRows, offset, limit }))
    const batches = table.recordBatches()
    table.free()
    try {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        const decoded = batch
        yield guard(file.path, () => holdBatch(decoded, wasmMemory(), wanted))
      }
    } finally {
      for (const batch of batches) batch.free()
    }
  }
}

function rowsAtOnce(file: ParquetFile, index: number, read: readonly Field[]): number {
  const { chunks, rowCount } = file.footer.groups[index]
  const byteLength = chunks.reduce((sum, { path, uncompressedBytes }) => {
    return read.some(({ name }) => name === path[0]) ? sum + uncompressedBytes : sum
  }, 0)
  const pieces = Math.ceil(byteLength / maxDecodedBytes)
  const rows = Math.ceil(rowCount / Math.max(1, pieces))
  return Math.ceil(rows / decodedRows) * decodedRows
}

function guard<T>(path: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw toSourceFailure(path, error)
  }
}
