import { type OpenFile, openFile } from '../open-file.ts'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure } from '../source-failure.ts'
import { type ParquetFooter, parquetMagic, readFooter } from './parquet-footer.ts'

/** An open file of which only the footer has been read. */
export interface ParquetFile extends OpenFile {
  readonly footer: ParquetFooter
  /** As it stands in the file. */
  readonly footerBytes: Uint8Array
}

/** The length of the footer, and the magic. */
const tailBytes = 8
const magicBytes = parquetMagic.length
/** One read takes the footer of most files. */
const guessedTailBytes = 64 * 1024

/** To be closed by its handle. Throws SOURCE_FAILED naming the file and what was expected of it. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const file = await openFile(path)
  try {
    const footerBytes = await readFooterBytes(file)
    return { ...file, footer: parseFooter(path, footerBytes), footerBytes }
  } catch (error) {
    await file.handle.close()
    throw error
  }
}

async function readFooterBytes(file: OpenFile): Promise<Uint8Array> {
  const { byteLength } = file
  if (byteLength < magicBytes + tailBytes) {
    throw sourceFailure(file.path, `expected a Parquet file, got ${byteLength} bytes`)
  }
  const tail = new Uint8Array(Math.min(guessedTailBytes, byteLength))
  await readExactly(file, tail, byteLength - tail.length)
  const end = tail.length - tailBytes
  const magic = new TextDecoder('latin1').decode(tail.subarray(end + 4))
  if (magic !== parquetMagic) {
    throw sourceFailure(
      file.path,
      `expected "${parquetMagic}" at the end of a Parquet file, got ${JSON.stringify(magic)}`,
    )
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
