import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRecordSchema, layoutBatch, RecordBatch, type RecordSchema } from '@redesmyn/core'
import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { onTestFinished } from 'vitest'
import type {
  BadRow,
  FormatOptions,
  PartRange,
  ReadBlock,
  ReaderNotes,
  SourceFormat,
} from '../../../packages/cascade/dist/source/source-format.js'

export interface ReadOptions {
  readonly options?: FormatOptions
  readonly batchRows?: number
  readonly batchBytes?: number
  readonly notes?: ReaderNotes
  readonly signal?: AbortSignal
  readonly hold?: (byteLength: number) => Promise<void>
}

export interface ReadRows {
  readonly rows: readonly Record<string, unknown>[]
  /** With their text as text. */
  readonly bad: readonly (Omit<BadRow, 'text'> & { readonly text: string })[]
  readonly blocks: readonly { readonly firstRow: number; readonly readRows: number; readonly byteLength: number }[]
}

/** A folder that is removed when the test ends. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'text-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

export async function fileOf(content: string | Uint8Array, name = 'rows'): Promise<string> {
  const path = join(await testFolder(), name)
  await writeFile(path, content)
  return path
}

export function schemaOf(schema: TObject): RecordSchema {
  return compileRecordSchema(schema, 'source "test"')
}

/** All rows of a file, part by part. */
export async function readFile(
  format: SourceFormat,
  path: string,
  schema: TObject,
  { partBytes = 1e9, ...options }: ReadOptions & { readonly partBytes?: number } = {},
): Promise<ReadRows> {
  const facts = await format.describe(path, options.options ?? {})
  const parts = format.split(facts, { partRows: 1e9, partBytes })
  const reads: ReadRows[] = []
  for (const range of parts) reads.push(await readPart(format, path, schema, range, options))
  return {
    rows: reads.flatMap(({ rows }) => rows),
    bad: reads.flatMap(({ bad }) => bad),
    blocks: reads.flatMap(({ blocks }) => blocks),
  }
}

export async function readPart(
  format: SourceFormat,
  path: string,
  schema: TObject,
  range: PartRange,
  { options = {}, batchRows = 65_536, batchBytes = 1e9, ...rest }: ReadOptions = {},
): Promise<ReadRows> {
  const rows: Record<string, unknown>[] = []
  const bad: ReadRows['bad'][number][] = []
  const blocks: ReadRows['blocks'][number][] = []
  const request = {
    path,
    range,
    schema: schemaOf(schema),
    options,
    batchRows,
    batchBytes,
    signal: new AbortController().signal,
    compile: Compile,
    // What an earlier block left shows where the reader does not write.
    allocate: async (byteLength: number) => {
      const buffer = new SharedArrayBuffer(byteLength)
      new Uint8Array(buffer).fill(0xa5)
      return buffer
    },
    ...rest,
  }
  for await (const block of format.read(request)) {
    rows.push(...rowsOf(block))
    bad.push(...block.bad.map((row) => ({ ...row, text: Buffer.from(row.text).toString('latin1') })))
    const { firstRow, readRows } = block
    blocks.push({ firstRow, readRows, byteLength: block.rows.buffer.byteLength })
  }
  return { rows, bad, blocks }
}

export function batchOfBlock({ rows: { fields, capacity, buffer, rowCount } }: ReadBlock): RecordBatch {
  return new RecordBatch(layoutBatch(fields, capacity), buffer, rowCount)
}

function rowsOf(block: ReadBlock): Record<string, unknown>[] {
  return batchOfBlock(block).rows()
}
