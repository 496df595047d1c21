import { type Field, PipelineError, type RecordBatch } from '@redesmyn/core'
import { parquetMagic } from '../../source/parquet/parquet-footer.ts'
import { OutputFile } from '../output-file.ts'
import { RowGroups } from '../row-groups.ts'
import { toSinkFailure } from '../sink-failure.ts'
import type { FileWriter, SinkFormat, WriteOptions } from '../sink-format.ts'
import { GroupEncoder } from './group-encoder.ts'
import { ParquetTail } from './parquet-tail.ts'

/** Writes Parquet files a row group at a time. */
export const parquetSink: SinkFormat = Object.freeze({
  name: 'parquet',
  extension: () => 'parquet',
  open: openParquet,
} satisfies SinkFormat)

async function openParquet(path: string, fields: readonly Field[], options: WriteOptions): Promise<FileWriter> {
  const { compression = 'snappy', groupRows } = options
  if (groupRows !== undefined && !(Number.isInteger(groupRows) && groupRows > 0)) {
    throw new PipelineError('CONFIG_INVALID', `groupRows must be a whole number >= 1, got ${groupRows}`)
  }
  const encoder = new GroupEncoder(fields, compression)
  const tail = new ParquetTail(encoder.encodeEmpty())
  const file = await OutputFile.open(path)
  await file.write([new TextEncoder().encode(parquetMagic)])
  return new ParquetWriter({ file, encoder, tail, groups: new RowGroups(fields, groupRows) })
}

interface ParquetParts {
  readonly file: OutputFile
  readonly encoder: GroupEncoder
  readonly tail: ParquetTail
  readonly groups: RowGroups
}

class ParquetWriter implements FileWriter {
  readonly #parts: ParquetParts
  #rowCount = 0

  constructor(parts: ParquetParts) {
    this.#parts = parts
  }

  async write(batch: RecordBatch): Promise<void> {
    for (const group of this.#parts.groups.add(batch)) await this.#writeGroup(group)
  }

  async finish(): Promise<{ readonly rowCount: number; readonly byteLength: number }> {
    const { file, tail, groups } = this.#parts
    const rest = groups.rest()
    if (rest !== undefined) await this.#writeGroup(rest)
    await file.write([tail.encode()])
    await file.finish()
    return { rowCount: this.#rowCount, byteLength: file.byteLength }
  }

  async abort(): Promise<void> {
    await this.#parts.file.abort()
  }

  async #writeGroup(group: RecordBatch): Promise<void> {
    const { file, encoder, tail } = this.#parts
    const pages = tail.add(this.#encode(encoder, group), file.byteLength)
    await file.write([pages])
    this.#rowCount += group.rowCount
  }

  #encode(encoder: GroupEncoder, group: RecordBatch): Uint8Array {
    try {
      return encoder.encode(group)
    } catch (error) {
      throw toSinkFailure(this.#parts.file.path, error)
    }
  }
}
