import {
  encodeBatchMessage,
  encodeEndOfStream,
  encodeFileFooter,
  encodeFileHead,
  encodeSchemaMessage,
  type Field,
  PipelineError,
  type RecordBatch,
  type WrittenBatch,
} from '@redesmyn/core'
import { OutputFile } from '../output-file.ts'
import { RowGroups } from '../row-groups.ts'
import type { FileWriter, SinkFormat, WriteOptions } from '../sink-format.ts'
import type { ByteTarget } from '../text/output/byte-target.ts'
import { stdoutPath } from '../text/output/open-target.ts'
import { StdoutTarget } from '../text/output/stdout-target.ts'

/** Writes Arrow IPC files, or streams where the options ask for them, and to the standard output. The bytes of batches are written as they lie. */
export const arrowSink: SinkFormat = Object.freeze({
  name: 'arrow',
  extension: ({ form }: WriteOptions) => (form === 'stream' ? 'arrows' : 'arrow'),
  open: openArrow,
} satisfies SinkFormat)

async function openArrow(path: string, fields: readonly Field[], options: WriteOptions): Promise<FileWriter> {
  const { compression = 'none', form = 'file', groupRows } = options
  if (compression !== 'none') {
    throw new PipelineError('CONFIG_INVALID', `compression of arrow must be "none", got "${compression}"`)
  }
  const isStdout = path === stdoutPath
  const target = isStdout ? new StdoutTarget() : await OutputFile.open(path)
  const writer = new ArrowWriter(target, fields, { form: isStdout ? 'stream' : form, groupRows })
  await writer.begin()
  return writer
}

interface ArrowForm {
  readonly form: 'file' | 'stream'
  readonly groupRows: number | undefined
}

class ArrowWriter implements FileWriter {
  readonly #file: ByteTarget
  readonly #fields: readonly Field[]
  readonly #isFile: boolean
  readonly #groups: RowGroups
  readonly #written: WrittenBatch[] = []
  #rowCount = 0

  constructor(file: ByteTarget, fields: readonly Field[], { form, groupRows }: ArrowForm) {
    this.#file = file
    this.#fields = fields
    this.#isFile = form === 'file'
    this.#groups = new RowGroups(fields, groupRows)
  }

  async begin(): Promise<void> {
    const schema = encodeSchemaMessage(this.#fields)
    await this.#file.write(this.#isFile ? [encodeFileHead(), schema] : [schema])
  }

  async write(batch: RecordBatch): Promise<void> {
    for (const group of this.#groups.add(batch)) await this.#writeBatch(group)
  }

  async finish(): Promise<{ readonly rowCount: number; readonly byteLength: number }> {
    const rest = this.#groups.rest()
    if (rest !== undefined) await this.#writeBatch(rest)
    const end = encodeEndOfStream()
    await this.#file.write(this.#isFile ? [end, encodeFileFooter(this.#fields, this.#written)] : [end])
    await this.#file.finish()
    return { rowCount: this.#rowCount, byteLength: this.#file.byteLength }
  }

  async abort(): Promise<void> {
    await this.#file.abort()
  }

  async #writeBatch(batch: RecordBatch): Promise<void> {
    const offset = this.#file.byteLength
    const pieces = encodeBatchMessage(batch)
    const metadataLength = pieces[0].byteLength
    await this.#file.write(pieces)
    this.#written.push({ offset, metadataLength, bodyLength: this.#file.byteLength - offset - metadataLength })
    this.#rowCount += batch.rowCount
  }
}
