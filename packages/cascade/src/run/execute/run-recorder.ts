import type { BatchOutput } from '@redesmyn/worker'
import type { ReadBlock } from '../../source/source-format.ts'
import type { RowCounts } from '../commit/commit-record.ts'
import type { ReadTimes } from '../read/read-messages.ts'
import type { RejectedRecord, WrittenPart } from '../write/write-messages.ts'

/** What went through a run, counted where it happens and read by whoever watches. */
export class RunRecorder {
  readonly read = { rows: 0, bytes: 0, rejects: 0, busyMs: 0, waitMs: 0 }
  readonly written = { rows: 0, bytes: 0, busyMs: 0 }
  /** Parts that have begun and are not committed. */
  working = 0
  /** Rows of the input that came to their end: written, filtered or rejected. */
  doneRows = 0
  /** Of this run: parts, and rows of the input. */
  readonly committed = { parts: 0, rows: 0 }
  /** By stage and code. */
  readonly rejects = new Map<string, Map<string, number>>()

  blockRead({ rows, readRows, bad }: ReadBlock): void {
    this.read.rows += readRows
    this.read.bytes += rows.buffer.byteLength
    this.read.rejects += bad.length
  }

  hasRead({ busyMs, waitMs }: ReadTimes): void {
    this.read.busyMs += busyMs
    this.read.waitMs += waitMs
  }

  blockDone({ readRows }: ReadBlock): void {
    this.doneRows += readRows
  }

  blockWritten({ batch }: BatchOutput, rejects: readonly RejectedRecord[]): void {
    this.written.rows += batch.rowCount
    for (const { stage, code } of rejects) {
      const codes = this.rejects.get(stage) ?? new Map<string, number>()
      codes.set(code, (codes.get(code) ?? 0) + 1)
      this.rejects.set(stage, codes)
    }
  }

  hasWritten(ms: number): void {
    this.written.busyMs += ms
  }

  partWritten({ output, rejects }: WrittenPart): void {
    this.written.bytes += (output?.byteLength ?? 0) + (rejects?.byteLength ?? 0)
  }

  partCommitted(rows: RowCounts): void {
    this.committed.parts++
    this.committed.rows += rows.in
  }

  rejectsOf(stage: string): number {
    let rows = 0
    for (const count of this.rejects.get(stage)?.values() ?? []) rows += count
    return rows
  }
}
