import { PipelineError } from '@redesmyn/core'
import { inputName } from '../input/stdin-path.ts'
import { sourceFailure } from '../source-failure.ts'
import { isArrowFile } from './arrow-magic.ts'

/** What else is sent by mistake, by its first bytes in latin1, and what to do about it. */
const strangers: readonly (readonly [beginning: string, told: string])[] = [
  ['PAR1', 'a Parquet file: write it as an Arrow stream'],
  ['\x1f\x8b', 'gzip: decompress it before'],
  ['\x28\xb5\x2f\xfd', 'zstd: decompress it before'],
]

/**
 * Where a stream should begin stands something else. A file has its index at its end, which a pipe cannot be asked for: it
 * is CONFIG_INVALID, because the same command never works. Anything else is SOURCE_FAILED.
 */
export function strayBeginning(path: string, head: Uint8Array): PipelineError {
  if (isArrowFile(head)) {
    const message = `${inputName(path)} is read as an Arrow stream, and an Arrow file came, which is read by the index at its end: name the file itself, as in --input trips.arrow, or write it in the stream format`
    return new PipelineError('CONFIG_INVALID', message, { details: { file: path } })
  }
  const text = Buffer.from(head).toString('latin1')
  const stranger = strangers.find(([beginning]) => text.startsWith(beginning))
  const got = stranger === undefined ? tellBytes(head) : stranger[1]
  return sourceFailure(path, `expected an Arrow stream, which begins with ff ff ff ff, got ${got}`)
}

/** As text where it is one. */
export function tellBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  if (/^[\x20-\x7e\t\r\n]+$/.test(text)) return JSON.stringify(text)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
