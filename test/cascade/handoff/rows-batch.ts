import { BatchWriter, encodeBatches, type Field, layoutBatch, measureRecords, type RecordBatch } from '@redesmyn/core'

/** What is known of columns: a schema is one. */
interface Declared {
  readonly fields: readonly Field[]
}

/** Records as a batch of exactly their size. */
export function batchOf(schema: Declared | undefined, records: readonly unknown[]): RecordBatch {
  const { fields } = declared(schema)
  const layout = layoutBatch(fields, measureRecords(fields, records, 0, records.length))
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  for (const record of records) if (!writer.append(record)) throw new Error('a measured record does not fit')
  return writer.batch()
}

/** All bits of a batch, without where they lie: equal rows are equal bytes. */
export function bytesOf(schema: Declared | undefined, batch: RecordBatch): string {
  return Buffer.concat(encodeBatches(declared(schema).fields, [batch])).toString('base64')
}

function declared(schema: Declared | undefined): Declared {
  if (schema !== undefined) return schema
  throw new Error('the stage declares its columns')
}
