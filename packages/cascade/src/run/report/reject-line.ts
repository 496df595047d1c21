import { type ErrorCode, isErrorCode, PipelineError } from '@redesmyn/core'
import type { RejectRow } from '../rejects-report.ts'

/** A line of a file of rejects: the columns of the input, and why the row is not in the output. */
interface RejectLine extends Readonly<Record<string, unknown>> {
  readonly _stage: string
  readonly _code: ErrorCode
  readonly _message: string
  readonly _file: string
  readonly _row: number
  /** What was no record, as it stands in the file; as base64 where it is no UTF-8. */
  readonly _text?: string
  readonly _bytes?: string
}

/** Throws SOURCE_FAILED naming the file where a line is none of ours. */
export function parseRejectLine(line: string, path: string): Omit<RejectRow, 'trace'> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new PipelineError('SOURCE_FAILED', `file "${path}" has a line that is not JSON`, { cause })
  }
  if (!isRejectLine(value))
    throw new PipelineError('SOURCE_FAILED', `file "${path}" has a line that is no rejected row`)
  const { _stage, _code, _message, _file, _row, _text, _bytes, ...columns } = value
  return { stage: _stage, code: _code, message: _message, file: _file, row: _row, record: _text ?? _bytes ?? columns }
}

function isRejectLine(value: unknown): value is RejectLine {
  if (typeof value !== 'object' || value === null) return false
  const { _stage, _code, _message, _file, _row }: Partial<RejectLine> = value
  const areTexts = [_stage, _message, _file].every((text) => typeof text === 'string')
  return areTexts && typeof _row === 'number' && typeof _code === 'string' && isErrorCode(_code)
}
