import { encodeBatches, type Field, type RecordBatch } from '@redesmyn/core'
import type { WriterProperties } from 'parquet-wasm'
import { parquetLibrary } from '../../source/parquet/parquet-library.ts'
import type { WriteOptions } from '../sink-format.ts'

type Compression = NonNullable<WriteOptions['compression']>

/** More rows than any group has: how many it gets is not the library's to say. */
const anyRows = 2 ** 30

/** Makes Parquet files in memory that hold one row group. */
export class GroupEncoder {
  readonly #library = parquetLibrary()
  readonly #fields: readonly Field[]
  readonly #compression: Compression

  constructor(fields: readonly Field[], compression: Compression) {
    this.#fields = fields
    this.#compression = compression
  }

  encode(group: RecordBatch): Uint8Array {
    return this.#encode([group])
  }

  /** A file without rows. */
  encodeEmpty(): Uint8Array {
    return this.#encode([])
  }

  #encode(batches: readonly RecordBatch[]): Uint8Array {
    const { Table, writeParquet } = this.#library
    return writeParquet(Table.fromIPCStream(concat(encodeBatches(this.#fields, batches))), this.#properties())
  }

  /**
   * Dictionaries are tried for texts only: for numbers they take three times as long as everything else, for a file that
   * is a fifth smaller.
   */
  #properties(): WriterProperties {
    const { EnabledStatistics, WriterPropertiesBuilder } = this.#library
    const builder = new WriterPropertiesBuilder()
      .setCompression(this.#codec())
      .setStatisticsEnabled(EnabledStatistics.Chunk)
      .setMaxRowGroupSize(anyRows)
      .setDictionaryEnabled(false)
    return this.#fields
      .filter(({ type }) => type.kind === 'utf8')
      .reduce((properties, { name }) => properties.setColumnDictionaryEnabled(name, true), builder)
      .build()
  }

  #codec(): number {
    const { Compression: codecs } = this.#library
    switch (this.#compression) {
      case 'none':
        return codecs.UNCOMPRESSED
      case 'snappy':
        return codecs.SNAPPY
      case 'gzip':
        return codecs.GZIP
      case 'zstd':
        return codecs.ZSTD
    }
  }
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let end = 0
  for (const piece of pieces) {
    bytes.set(piece, end)
    end += piece.byteLength
  }
  return bytes
}
