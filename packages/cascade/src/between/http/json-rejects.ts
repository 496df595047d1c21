import { isErrorCode } from '@redesmyn/core'
import type { CallReject } from '../../handoff/between.ts'
import { isRecord } from '../../wire/read-fields.ts'

/** Rejects as JSON tells them; undefined where they are none, or name rows that the call does not have. */
export function rejectsOf(value: unknown, rowCount: number): readonly CallReject[] | undefined {
  if (!Array.isArray(value)) return undefined
  const rejects: CallReject[] = []
  for (const item of value) {
    const reject = rejectOf(item)
    if (reject === undefined || reject.row <= (rejects.at(-1)?.row ?? -1) || reject.row >= rowCount) return undefined
    rejects.push(reject)
  }
  return rejects
}

function rejectOf(value: unknown): CallReject | undefined {
  if (!isRecord(value)) return undefined
  const { row, code, message } = value
  if (typeof row !== 'number' || !Number.isInteger(row) || !isErrorCode(code) || typeof message !== 'string') {
    return undefined
  }
  return { row, code, message }
}
