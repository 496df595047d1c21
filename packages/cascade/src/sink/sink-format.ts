import type { Field, RecordBatch } from '@redesmyn/core'
import type { FormatName } from '../source/source-format.ts'

/** Writes files of one kind. All run in a writer's thread; equal rows in equal batches give equal bytes. */
export interface SinkFormat {
  readonly name: FormatName
  /** Without a dot: `parquet`, `ndjson.gz`. */
  extension(options: WriteOptions): string
  /** Opens a new file. Throws SINK_FAILED naming the file. */
  open(path: string, fields: readonly Field[], options: WriteOptions): Promise<FileWriter>
}

export interface WriteOptions {
  /** Default: `snappy` for Parquet, `none` for the others. */
  readonly compression?: 'none' | 'snappy' | 'gzip' | 'zstd'
  /** Rows of a Parquet row group or an Arrow record batch. Default: as they come, 122,880 at most. */
  readonly groupRows?: number
  /** Arrow: `stream` can be read while it is written, `file` by many at once. Default `file`. */
  readonly form?: 'file' | 'stream'
  /** CSV: what stands between two values. Default `,`. */
  readonly delimiter?: string
}

export interface FileWriter {
  /** Takes the rows before it resolves: the batch's memory may be used again afterwards. */
  write(batch: RecordBatch): Promise<void>
  /** Ends the file, on disk when it resolves (fsync). */
  finish(): Promise<{ readonly rowCount: number; readonly byteLength: number }>
  /** Gives up and removes the file. */
  abort(): Promise<void>
}
