import { describeStream, type Field, type MessagePlace } from '@redesmyn/core'
import { cutBlocks } from '../blocks/cut-blocks.ts'
import type { HeldBatch } from '../blocks/held-batch.ts'
import { type OpenFile, openFile } from '../open-file.ts'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure, toSourceFailure } from '../source-failure.ts'
import type { FileFacts, ReadBlock, ReadRequest } from '../source-format.ts'
import { BatchDecoder } from './batch-decoder.ts'
import { gatherBatches } from './gather-batches.ts'
import { holdBatch } from './hold-batch.ts'
import { type ArrowIndex, indexArrow, type IndexedBatch } from './index-arrow.ts'

/** What the metadata of a file's messages tells. Throws SOURCE_FAILED. */
export async function describeArrowFile(path: string): Promise<FileFacts> {
  const { file, index, columns } = await openArrow(path, [])
  await file.handle.close()
  const groups = index.batches.map(({ rowCount, place }) => ({ rowCount, byteLength: place.byteLength }))
  const rowCount = groups.reduce((sum, group) => sum + group.rowCount, 0)
  const { byteLength, modifiedMs } = file
  return { path, byteLength, modifiedMs, rowCount, groups, columns, compression: 'none' }
}

/** Reads the rows of some record batches of a file in either format, each batch by itself. */
export async function* readArrowFile(request: ReadRequest): AsyncGenerator<ReadBlock> {
  request.signal.throwIfAborted()
  const arrow = await openArrow(request.path, request.schema.fields)
  const { batchRows } = request
  try {
    yield* cutBlocks(request, arrow.columns, gatherBatches(readBatches(arrow, request), { batchRows, hold: holdBatch }))
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
    return { file, index, columns: describeStream(await readMessage(file, index.schema), wanted) }
  } catch (error) {
    await file.handle.close()
    throw toSourceFailure(path, error)
  }
}

async function* readBatches({ file, index }: OpenArrow, { range, schema }: ReadRequest): AsyncGenerator<HeldBatch> {
  if (range.kind !== 'groups') throw sourceFailure(file.path, 'expected a range of record batches, got one of bytes')
  const messages = new IndexedMessages(file, index, schema.fields)
  let start = index.batches.slice(0, range.from).reduce((sum, { rowCount }) => sum + rowCount, 0)
  const end = range.firstRow + range.rowCount
  for (let place = range.from; place < range.to; place++) {
    const found = index.batches[place]
    if (found === undefined) throw sourceFailure(file.path, `expected record batch ${place}, got ${place} of them`)
    const from = Math.max(0, range.firstRow - start)
    const to = Math.min(found.rowCount, end - start)
    if (to > from) yield await messages.read(found, from, to)
    start += found.rowCount
  }
}

/** Decodes the batches of a file one by one, the schema once, and a dictionary when another one is due. */
class IndexedMessages {
  readonly #file: OpenFile
  readonly #schema: MessagePlace
  readonly #decoder: BatchDecoder
  readonly #decoded = new Set<MessagePlace>()

  constructor(file: OpenFile, { schema }: ArrowIndex, fields: readonly Field[]) {
    this.#file = file
    this.#schema = schema
    this.#decoder = new BatchDecoder(file.path, fields)
  }

  /** Rows `from` to `to` (exclusive) of a batch. */
  async read({ dictionaries, place }: IndexedBatch, from: number, to: number): Promise<HeldBatch> {
    for (const message of [this.#schema, ...dictionaries]) {
      if (this.#decoded.has(message)) continue
      this.#decoder.decode(await readMessage(this.#file, message))
      this.#decoded.add(message)
    }
    const batch = this.#decoder.decode(await readMessage(this.#file, place))
    if (batch === undefined) throw sourceFailure(this.#file.path, 'expected a record batch')
    return holdBatch(from === 0 && to === batch.rowCount ? batch : batch.slice(from, to))
  }
}

async function readMessage(file: OpenFile, { offset, byteLength }: MessagePlace): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength)
  await readExactly(file, bytes, offset)
  return bytes
}
