import type { Compile, ErrorCode, Field, RecordSchema } from '@redesmyn/core'
import type { RowBlock } from '@redesmyn/worker'

export type FormatName = 'parquet' | 'csv' | 'ndjson' | 'arrow'

/** Reads files of one kind. All run in a reader's thread; all pass one conformance suite. */
export interface SourceFormat {
  readonly name: FormatName
  /** What a plan needs to know of a file, without reading its rows where the format allows it. */
  describe(path: string, options: FormatOptions): Promise<FileFacts>
  /** Cuts a file into parts: a function of the facts and the limits alone. */
  split(facts: FileFacts, limits: PartLimits): readonly PartRange[]
  /** The rows of a part in order, in blocks that are cut at multiples of `batchRows` counted from the part's first row. */
  read(request: ReadRequest): AsyncIterable<ReadBlock>
}

/** What a user may say about the files; each format knows its own. */
export interface FormatOptions {
  /** CSV: what stands between two values. Default `,`, and a tab in files whose names end with `.tsv`. */
  readonly delimiter?: string
  /** CSV: whether the first line names the columns. Default true; else they come in the schema's order. */
  readonly header?: boolean
  /** CSV: texts that mean null, beside an empty value. */
  readonly nullTexts?: readonly string[]
}

export interface FileFacts {
  readonly path: string
  readonly byteLength: number
  readonly modifiedMs: number
  /** Undefined where only reading the rows would tell. */
  readonly rowCount: number | undefined
  /** Row groups of Parquet, record batches of Arrow files, in order. */
  readonly groups: readonly { readonly rowCount: number; readonly byteLength: number }[] | undefined
  /** The file's own columns, as far as they can be told in our types; undefined where it does not say. */
  readonly columns: readonly Field[] | undefined
  /** By the file's name or its first bytes; parts cannot begin inside compressed text. */
  readonly compression: 'none' | 'gzip' | 'zstd'
}

export interface PartLimits {
  readonly partRows: number
  readonly partBytes: number
}

/** Where in its file a part lies. */
export type PartRange =
  /** Row groups `from` to `to` (exclusive), whose rows these are. */
  | {
      readonly kind: 'groups'
      readonly from: number
      readonly to: number
      readonly firstRow: number
      readonly rowCount: number
    }
  /** Whole records between two offsets in bytes. */
  | {
      readonly kind: 'bytes'
      readonly start: number
      readonly end: number
      readonly firstRow: number | undefined
      readonly rowCount: number | undefined
    }

export interface ReadRequest {
  readonly path: string
  readonly range: PartRange
  /** The schema that each row must keep; only its columns are read. */
  readonly schema: RecordSchema
  readonly options: FormatOptions
  readonly batchRows: number
  /** A block holds fewer rows than `batchRows` where they would take more than this, and at least one. */
  readonly batchBytes: number
  readonly signal: AbortSignal
  /** TypeBox's compiler of the version that made the schema; loaded anew where there is none and a check needs it. */
  readonly compile?: Compile
  /** What this thread found out about files, for the parts it reads next; without it each part begins from nothing. */
  readonly notes?: ReaderNotes
  /** Shared memory for a block, new or used before: not zeroed. It may wait until some is given back. */
  allocate(byteLength: number): Promise<SharedArrayBuffer>
  /**
   * To be told how much is kept of a record that is longer than a reader usually keeps, before more of it is read, and 0
   * when it is through. It may wait until other records have made room. Without it nobody counts such memory.
   */
  readonly hold?: (byteLength: number) => Promise<void>
  /**
   * To be told how much is kept beside blocks, where that is more than a reader usually keeps: batches of a stream, whose
   * rows go into many blocks. Before more of it is read, and 0 when it is through. It may wait until there is room; blocks
   * are still given room after it. Without it nobody counts such memory.
   */
  readonly keep?: (byteLength: number) => Promise<void>
}

/** Owned by a reader's thread, one for all its parts. */
export interface ReaderNotes {
  /** Offsets at which records are known to begin, by file: CSV with quotes tells that only from the file's beginning. */
  readonly recordStarts: Map<string, number>
}

export interface ReadBlock {
  readonly rows: RowBlock
  /** Of the part: of the first row, good or bad, that this block stands for. */
  readonly firstRow: number
  /** Rows that were read for this block, the bad ones included. */
  readonly readRows: number
  /** Rows that keep no schema or are no records; they are not in `rows`. */
  readonly bad: readonly BadRow[]
}

export interface BadRow {
  /** Of the part, from 0, counting good and bad rows. */
  readonly row: number
  readonly code: ErrorCode
  readonly message: string
  /** The record as it stands in the file; of formats without text, its columns as JSON. */
  readonly text: Uint8Array
}
