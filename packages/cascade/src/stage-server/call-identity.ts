import type { CallHead } from '../wire/call-head.ts'
import { crc32 } from 'node:zlib'
import { packColumns, type RecordBatch } from '@redesmyn/core'

/**
 * Equal for calls that are one: those with the same key, of the same rows. A key alone would not do: that of a batch in a
 * run is the same when the run is made again from other files. Undefined where the sender gives no key.
 */
export function identityOf(batch: RecordBatch, { idempotencyKey, partition }: CallHead): string | undefined {
  if (idempotencyKey === undefined) return undefined
  const sums = packColumns(batch).map((bytes) => `${bytes.byteLength}:${crc32(bytes).toString(36)}`)
  return JSON.stringify([idempotencyKey, partition, batch.rowCount, sums])
}
