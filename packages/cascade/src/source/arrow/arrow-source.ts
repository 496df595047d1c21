import { decodeStream, describeStream, type Field, type MessagePlace, type RecordBatch } from '@redesmyn/core'
import { cutBlocks } from '../blocks/cut-blocks.ts'
import type { HeldBatch } from '../blocks/held-batch.ts'
import { type OpenFile, openFile } from '../open-file.ts'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure, toSourceFailure } from '../source-failure.ts'
import type { FileFacts, ReadBlock, ReadRequest, SourceFormat } from '../source-format.ts'
import { splitGroups } from '../split-groups.ts'
import { type ArrowIndex, indexArrow, type IndexedBatch } from './index-arrow.ts'

/** Reads Arrow IPC files and streams by record batches. */
export const arrowSource: SourceFormat = Object.freeze({
  name: 'arrow',
  describe: describeArrow,
  split: (facts: FileFacts, limits) => splitGroups(facts.groups ?? [], limits),
  read: readArrowPart,
} satisfies SourceFormat)

async function describeArrow(path: string): Promise<FileFacts> {
  const { file, index, columns } = await openArrow(path, [])
  await file.handle.close()
  const groups = index.batches.map(({ rowCount, place }) => ({ rowCount, byteLength: place.byteLength }))
  const rowCount = groups.reduce((sum, group) => sum + group.rowCount, 0)
  const { byteLength, modifiedMs } = file
  return { path, byteLength, modifiedMs, rowCount, groups, columns, compression: 'none' }
}

async function* readArrowPart(request: ReadRequest): AsyncGenerator<ReadBlock> {
  request.signal.throwIfAborted()
  const arrow = await openArrow(request.path, request.schema.fields)
  try {
    yield* cutBlocks(request, arrow.columns, readBatches(arrow, request))
  } finally {
    await arrow.file.handle.close()
  }
}

interface OpenArrow {
  readonly file: OpenFile
  readonly index: ArrowIndex
  readonly columns: readonly Field[]
}

async function openArrow(path: string, wanted: readonly Field[]): Promise<OpenArrow> {
  const file = await openFile(path)
  try {
    const index = await indexArrow(file)
    return { file, index, columns: describeStream(await readMessages(file, [index.schema]), wanted) }
  } catch (error) {
    await file.handle.close()
    throw toSourceFailure(path, error)
  }
}

async function* readBatches({ file, index }: OpenArrow, { range, schema }: ReadRequest): AsyncGenerator<HeldBatch> {
  if (range.kind !== 'groups') throw sourceFailure(file.path, 'expected a range of record batches, got one of bytes')
  let start = index.batches.slice(0, range.from).reduce((sum, { rowCount }) => sum + rowCount, 0)
  const end = range.firstRow + range.rowCount
  for (let place = range.from; place < range.to; place++) {
    const found = index.batches[place]
    if (found === undefined) throw sourceFailure(file.path, `expected record batch ${place}, got ${place} of them`)
    const from = Math.max(0, range.firstRow - start)
    const to = Math.min(found.rowCount, end - start)
    if (to > from) {
      const bytes = await readMessages(file, [index.schema, ...found.dictionaries, found.place])
      yield holdRows(decodeBatch(file, bytes, found, schema.fields), from, to)
    }
    start += found.rowCount
  }
}

function decodeBatch(
  { path }: OpenFile,
  bytes: Uint8Array,
  { rowCount }: IndexedBatch,
  fields: readonly Field[],
): RecordBatch {
  const options = { fields, times: 'floor', maxRows: rowCount, maxBytes: Number.POSITIVE_INFINITY } as const
  try {
    const [batch] = decodeStream(bytes, options).batches
    if (batch !== undefined) return batch
  } catch (error) {
    throw toSourceFailure(path, error)
  }
  throw sourceFailure(path, 'expected a record batch')
}

function holdRows(batch: RecordBatch, from: number, to: number): HeldBatch {
  const rows = from === 0 && to === batch.rowCount ? batch : batch.slice(from, to)
  return { rowCount: to - from, open: () => rows, release: () => undefined }
}

/** Messages of a file, one behind the other, as a stream. */
async function readMessages(file: OpenFile, places: readonly MessagePlace[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(places.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let end = 0
  for (const { offset, byteLength } of places) {
    await readExactly(file, bytes.subarray(end, end + byteLength), offset)
    end += byteLength
  }
  return bytes
}
