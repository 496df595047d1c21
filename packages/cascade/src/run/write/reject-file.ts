import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { compileJsonWriter, PipelineError, type RecordBatch } from '@redesmyn/core'
import { splitRejectLine } from './split-reject-line.ts'
import type { RejectedRecord, WrittenFile, WriteTask } from './write-messages.ts'

/**
 * The rejected rows of a part, a JSON object a line: the columns of the input, then `_stage`, `_code`, `_message`,
 * `_file` and `_row`; a record that the source refused has its text as `_text` (as `_bytes` in base64 where it is no
 * UTF-8), and its members before it where that is a JSON object.
 */
export class RejectFile {
  readonly #path: string
  readonly #sourceFile: string
  readonly #isRetry: boolean
  readonly #handle: FileHandle
  #rowCount = 0
  #byteLength = 0

  private constructor({ rejectPath, sourceFile, isRetry }: WriteTask, handle: FileHandle) {
    this.#path = rejectPath
    this.#sourceFile = sourceFile
    this.#isRetry = isRetry
    this.#handle = handle
  }

  static async open(task: WriteTask): Promise<RejectFile> {
    await mkdir(dirname(task.rejectPath), { recursive: true }).catch(
      failedWith(`make the folder of "${task.rejectPath}"`),
    )
    const handle = await open(task.rejectPath, 'wx').catch(failedWith(`open "${task.rejectPath}"`))
    return new RejectFile(task, handle)
  }

  async write(batch: RecordBatch, rejects: readonly RejectedRecord[]): Promise<void> {
    const rows = compileJsonWriter(batch.fields).bind(batch)
    const lines = rejects.map((reject) => {
      const { stage, code, message, row, record } = reject
      const reason = { _stage: stage, _code: code, _message: message, _file: this.#sourceFile, _row: row }
      if (typeof record === 'number') return joinObjects(rows.object(record), JSON.stringify(reason))
      const text = textOf(record)
      const before = this.#isRetry ? splitRejectLine(text._text) : undefined
      if (before === undefined) return joinObjects(membersOf(text._text), JSON.stringify({ ...reason, ...text }))
      // Where it came from, and its own text, are as they were told first.
      return joinObjects(
        before.members,
        JSON.stringify({ ...before.facts, _stage: stage, _code: code, _message: message }),
      )
    })
    const bytes = Buffer.from(lines.join(''))
    await this.#handle.writeFile(bytes).catch(failedWith(`write "${this.#path}"`))
    this.#rowCount += rejects.length
    this.#byteLength += bytes.length
  }

  async finish(): Promise<WrittenFile> {
    await this.#handle.sync().catch(failedWith(`write "${this.#path}"`))
    await this.#handle.close()
    return { rowCount: this.#rowCount, byteLength: this.#byteLength }
  }

  async abort(): Promise<void> {
    await this.#handle.close()
    await unlink(this.#path)
  }
}

interface RecordText {
  readonly _text?: string
  readonly _bytes?: string
}

function textOf(record: Uint8Array): RecordText {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? { _text: text } : { _bytes: bytes.toString('base64') }
}

/** The text itself where it is a JSON object, so that its numbers keep every digit. */
function membersOf(text: string | undefined): string {
  const trimmed = text?.trim() ?? ''
  if (!trimmed.startsWith('{')) return '{}'
  try {
    JSON.parse(trimmed)
    return trimmed
  } catch {
    return '{}'
  }
}

function joinObjects(first: string, second: string): string {
  const members = first.slice(0, -1).trimEnd()
  return members === '{' ? `${second}\n` : `${members},${second.slice(1)}\n`
}

function failedWith(what: string): (cause: unknown) => never {
  return (cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('SINK_FAILED', `cannot ${what}: ${reason}`, { cause })
  }
}
