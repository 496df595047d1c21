import { type FileHandle, open } from 'node:fs/promises'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure } from '../source-failure.ts'
import { type ParquetFooter, parquetMagic, readFooter } from './parquet-footer.ts'

/** An open file of which only the footer has been read. */
export interface ParquetFile {
  readonly path: string
  readonly handle: FileHandle
  readonly byteLength: number
  readonly modifiedMs: number
  readonly footer: ParquetFooter
  /** As it stands in the file. */
  readonly footerBytes: Uint8Array
}

/** The length of the footer, and the magic. */
export const tailBytes = 8
const magicBytes = parquetMagic.length
/** One read takes the footer of most files. */
const guessedTailBytes = 64 * 1024

/** To be closed by its handle. Throws SOURCE_FAILED naming the file and what was expected of it. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const handle = await openHandle(path)
  try {
    const { size: byteLength, mtimeMs: modifiedMs } = await handle.stat()
    const footerBytes = await readFooterBytes({ handle, path }, byteLength)
    return { path, handle, byteLength, modifiedMs, footer: parseFooter(path, footerBytes), footerBytes }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw sourceFailure(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

async function readFooterBytes(
  file: { readonly handle: FileHandle; readonly path: string },
  byteLength: number,
): Promise<Uint8Array> {
  if (byteLength < magicBytes + tailBytes) {
    throw sourceFailure(file.path, `expected a Parquet file, got ${byteLength} bytes`)
  }
  const tail = new Uint8Array(Math.min(guessedTailBytes, byteLength))
  await readExactly(file, tail, byteLength - tail.length)
  const end = tail.length - tailBytes
  const magic = new TextDecoder('latin1').decode(tail.subarray(end + 4))
  if (magic !== parquetMagic) {
    throw sourceFailure(file.path, `expected "${parquetMagic}" at the end of a Parquet file, got ${JSON.stringify(magic)}`)
  }
  const footerLength = new DataView(tail.buffer).getUint32(end, true)
  const room = byteLength - magicBytes - tailBytes
  if (footerLength > room) {
    throw sourceFailure(file.path, `expected a footer of ${footerLength} bytes, got a file with room for ${room}`)
  }
  if (footerLength <= end) return tail.subarray(end - footerLength, end)
  const footer = new Uint8Array(footerLength)
  await readExactly(file, footer, byteLength - tailBytes - footerLength)
  return footer
}

function parseFooter(path: string, bytes: Uint8Array): ParquetFooter {
  try {
    return readFooter(bytes)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw sourceFailure(path, `expected a Parquet footer, but ${reason}`, cause)
  }
}
