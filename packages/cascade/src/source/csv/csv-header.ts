import { PipelineError, type RecordSchema } from '@redesmyn/core'
import { ascii } from '../text/ascii.ts'
import type { ByteWindow } from '../text/byte-window.ts'
import { rulesOfFields } from '../text/field-rules.ts'
import type { CsvDialect } from './csv-dialect.ts'
import { readOn } from './find-record-start.ts'
import { isTooLong, needsMore, RecordEnds } from './record-ends.ts'
import { splitCells } from './split-cells.ts'

/**
 * The columns of a file, in order: those of its first line that is not empty, behind which the window then stands. None
 * where there is no such line.
 */
export async function readHeader(window: ByteWindow, dialect: CsvDialect, path: string): Promise<readonly string[]> {
  const ends = new RecordEnds(dialect.delimiter)
  while (window.length > 0 || (await readOn(window))) {
    const end = ends.find(window)
    if (end === isTooLong) throw unreadable(path, 'it is too long')
    if (end === needsMore && !(await readOn(window))) break
    if (end === needsMore) continue
    const text = lineOf(window, end)
    window.start = end + 1
    if (text === '') continue
    const split = splitCells(text, String.fromCharCode(dialect.delimiter))
    if (split.kind === 'bad') throw unreadable(path, split.message)
    return split.cells.map((cell) => cell.text)
  }
  return []
}

function lineOf({ bytes, start }: ByteWindow, end: number): string {
  const isReturn = end > start && bytes[end - 1] === ascii.carriageReturn
  return bytes.toString('utf8', start, isReturn ? end - 1 : end)
}

/** Throws SCHEMA_MISMATCH where the file lacks a column that records must have, or has one twice that is read. */
export function checkHeader(names: readonly string[], schema: RecordSchema, path: string): void {
  const told = names.map((name) => JSON.stringify(name)).join(', ')
  for (const { field } of rulesOfFields(schema)) {
    const count = names.filter((name) => name === field.name).length
    if (count === 1 || (count === 0 && field.isNullable)) continue
    const message = `file "${path}" has ${count === 0 ? 'no column' : `${count} columns`} "${field.name}", expected one; its header is ${told}`
    throw new PipelineError('SCHEMA_MISMATCH', message, { details: { file: path, column: field.name } })
  }
}

function unreadable(path: string, reason: string): PipelineError {
  return new PipelineError('SOURCE_FAILED', `the header of file "${path}" cannot be read: ${reason}`, {
    details: { file: path, offset: 0 },
  })
}
