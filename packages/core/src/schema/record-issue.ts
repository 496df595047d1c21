import { PipelineError } from '../errors/pipeline-error.ts'

/** One way in which one record breaks the schema. */
export interface RecordIssue {
  /** The record's place in its request. */
  readonly row: number
  /** JSON pointer into the record; empty for the record itself. */
  readonly pointer: string
  /** The JSON schema keyword that failed, `required`, `additionalProperties` or `~refine`. */
  readonly rule: string
  readonly message: string
}

/** RECORD_INVALID with every issue in its details; the message tells the first. There must be one. */
export function recordInvalid(issues: readonly RecordIssue[]): PipelineError {
  const [first] = issues
  const head = first === undefined ? 'a record is invalid' : describeIssue(first)
  const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return new PipelineError('RECORD_INVALID', `${head}${rest}`, { details: { issues } })
}

function describeIssue({ row, pointer, rule, message }: RecordIssue): string {
  const namesKey = rule === 'required' || rule === 'additionalProperties' || pointer === ''
  return `record ${row}: ${namesKey ? '' : `${pointer} `}${message}`
}
