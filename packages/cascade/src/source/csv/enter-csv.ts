import type { ReadRequest } from '../source-format.ts'
import { ByteWindow } from '../text/byte-window.ts'
import { bytesRangeOf } from '../text/bytes-range.ts'
import { textChunks } from '../text/input/text-chunks.ts'
import { dialectOf } from './csv-dialect.ts'
import { checkHeader, readHeader } from './csv-header.ts'
import { findRecordStart } from './find-record-start.ts'

/** A part of CSV that is about to be read. */
export interface EnteredCsv {
  /** Begins with the part's first record, or behind the part. */
  readonly window: ByteWindow
  /** The columns of the file, in order; none where the file is empty. */
  readonly names: readonly string[]
}

/** Opens a file at the first record of a part. The caller closes the window. Throws SOURCE_FAILED and SCHEMA_MISMATCH. */
export async function enterCsv(request: ReadRequest): Promise<EnteredCsv> {
  const { path, signal, options, notes, hold } = request
  const { start } = bytesRangeOf(request.range)
  const head = new ByteWindow(textChunks(path, 0, signal), 0, hold)
  try {
    await head.skipByteOrderMark()
    const names = await readNames(head, request)
    if (start === 0) return { window: head, names }
    const { delimiter } = dialectOf(path, options)
    const found = await findRecordStart({ path, start, delimiter, signal, notes })
    const offset = Math.max(found, head.offsetOf(head.start))
    await head.close()
    return { window: new ByteWindow(textChunks(path, offset, signal), offset, hold), names }
  } catch (error) {
    await head.close()
    throw error
  }
}

async function readNames(window: ByteWindow, { options, schema, path }: ReadRequest): Promise<readonly string[]> {
  const dialect = dialectOf(path, options)
  if (!dialect.hasHeader) return schema.fields.map(({ name }) => name)
  const names = await readHeader(window, dialect, path)
  if (names.length > 0) checkHeader(names, schema, path)
  return names
}
