import {
  BatchWriter,
  compileRecordSchema,
  type Field,
  layoutBatch,
  measureRecords,
  type ObjectSchema,
  RecordBatch,
} from '@redesmyn/core'
import type { WriteOptions } from '../../../packages/cascade/dist/sink/sink-format.js'
import { sinkFormatOf } from '../../../packages/cascade/dist/sink/sink-formats.js'
import type {
  BadRow,
  FileFacts,
  FormatName,
  FormatOptions,
  PartLimits,
  PartRange,
  ReadBlock,
  ReadRequest,
} from '../../../packages/cascade/dist/source/source-format.js'
import { sourceFormatOf } from '../../../packages/cascade/dist/source/source-formats.js'

export type Rows = readonly Readonly<Record<string, unknown>>[]

/** What one part, or a whole file, gave. */
export interface ReadRows {
  readonly rows: Rows
  readonly bad: readonly BadRow[]
  readonly blocks: readonly { readonly firstRow: number; readonly readRows: number; readonly rowCount: number }[]
}

export const noLimits: PartLimits = { partRows: 1e9, partBytes: 1e12 }
const noOptions: FormatOptions = {}

export async function describeFile(format: FormatName, path: string, options = noOptions): Promise<FileFacts> {
  const source = await sourceFormatOf(format)
  return await source.describe(path, options)
}

export async function splitFile(format: FormatName, path: string, limits: PartLimits): Promise<readonly PartRange[]> {
  const source = await sourceFormatOf(format)
  return source.split(await source.describe(path, noOptions), limits)
}

/** The blocks of one part, or of the whole file as one part; dirty memory is handed out on purpose. */
export async function* readBlocks(
  format: FormatName,
  path: string,
  schema: ObjectSchema,
  request: Partial<ReadRequest> = {},
): AsyncGenerator<ReadBlock> {
  const source = await sourceFormatOf(format)
  const [whole] = request.range === undefined ? await splitFile(format, path, noLimits) : [request.range]
  yield* source.read({
    path,
    range: whole,
    schema: compileRecordSchema(schema, 'a source'),
    options: noOptions,
    batchRows: 65_536,
    batchBytes: 2 ** 30,
    signal: new AbortController().signal,
    allocate: async (byteLength) => dirtyMemory(byteLength),
    ...request,
  })
}

export async function readRows(
  format: FormatName,
  path: string,
  schema: ObjectSchema,
  request: Partial<ReadRequest> = {},
): Promise<ReadRows> {
  const rows: Readonly<Record<string, unknown>>[] = []
  const bad: BadRow[] = []
  const blocks: ReadRows['blocks'][number][] = []
  for await (const block of readBlocks(format, path, schema, request)) {
    rows.push(...rowsOf(block))
    bad.push(...block.bad)
    blocks.push({ firstRow: block.firstRow, readRows: block.readRows, rowCount: block.rows.rowCount })
  }
  return { rows, bad, blocks }
}

export function rowsOf({ rows }: ReadBlock): Rows {
  return new RecordBatch(layoutBatch(rows.fields, rows.capacity), rows.buffer, rows.rowCount).rows()
}

/** Writes records as a file, in batches of so many rows. */
export async function writeRows(
  format: FormatName,
  path: string,
  schema: ObjectSchema,
  records: Rows,
  options: WriteOptions & { readonly batchRows?: number } = {},
) {
  const { batchRows = 1000, ...writeOptions } = options
  const { fields } = compileRecordSchema(schema, 'a sink')
  const sink = await sinkFormatOf(format)
  const writer = await sink.open(path, fields, writeOptions)
  for (let from = 0; from < records.length; from += batchRows) {
    const batch = batchOf(fields, records.slice(from, from + batchRows))
    await writer.write(batch)
    // The memory may be used again once the rows are taken.
    new Uint8Array(batch.buffer).fill(0xaa)
  }
  return await writer.finish()
}

export function batchOf(fields: readonly Field[], records: Rows): RecordBatch {
  const layout = layoutBatch(fields, measureRecords(fields, records, 0, records.length))
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  writer.appendRecords(records, 0, records.length)
  return writer.batch()
}

function dirtyMemory(byteLength: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(byteLength + 64)
  new Uint8Array(buffer).fill(0xaa)
  return buffer
}
