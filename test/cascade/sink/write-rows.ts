import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BatchWriter, layoutBatch, measureRecords, type RecordBatch } from '@redesmyn/core'
import type { TObject } from 'typebox'
import type { SinkFormat, WriteOptions } from '../../../packages/cascade/dist/sink/sink-format.js'
import { schemaOf, testFolder } from '../source/read-file.ts'

export function batchOf(schema: TObject, records: readonly unknown[]): RecordBatch {
  const { fields } = schemaOf(schema)
  const layout = layoutBatch(fields, measureRecords(fields, records, 0, records.length))
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  writer.appendRecords(records, 0, records.length)
  return writer.batch()
}

export interface Written {
  readonly path: string
  readonly bytes: Buffer
  readonly rowCount: number
}

/** Writes batches into a new file and reads its bytes. */
export async function writeFile(
  sink: SinkFormat,
  schema: TObject,
  batches: readonly RecordBatch[],
  options: WriteOptions = {},
): Promise<Written> {
  const path = join(await testFolder(), `rows.${sink.extension(options)}`)
  const writer = await sink.open(path, schemaOf(schema).fields, options)
  for (const batch of batches) await writer.write(batch)
  const { rowCount, byteLength } = await writer.finish()
  const bytes = await readFile(path)
  if (bytes.byteLength !== byteLength) throw new Error(`expected ${byteLength} bytes, got ${bytes.byteLength}`)
  return { path, bytes, rowCount }
}
