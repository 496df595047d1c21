import {
  type AnyStage,
  assignFields,
  BatchRows,
  BatchWriter,
  type Compile,
  createRecordCheck,
  decodeStream,
  type Field,
  layoutBatch,
  type RecordBatch,
  type RecordCheck,
  recordInvalid,
  type RecordIssue,
} from '@redesmyn/core'
import { maxIssues } from './error-reply.ts'
import { hasValueRules, withoutAbsent } from './value-rules.ts'

export interface ArrowRows {
  readonly fields: readonly Field[]
  readonly rows: BatchRows
}

/** Reads Arrow stream bodies for a stage: the types of the columns are the check, unless the schema asks for more. */
export class ArrowReader {
  readonly #stage: AnyStage
  /** Only where the schema says more of a value than its type. */
  readonly #check: RecordCheck | undefined

  constructor(stage: AnyStage, compile: Compile) {
    this.#stage = stage
    const { input } = stage
    if (input !== undefined && hasValueRules(input.json))
      this.#check = createRecordCheck(input, compile, { coerce: false })
  }

  /**
   * Views of `bytes`, which must not change afterwards. Throws BODY_MALFORMED, SCHEMA_MISMATCH naming the columns, or
   * RECORD_INVALID.
   */
  read(bytes: Uint8Array): ArrowRows {
    const { input } = this.#stage
    const { fields, batches } = decodeStream(bytes)
    const assigned = input === undefined ? batches : batches.map((batch) => assignFields(batch, input.fields))
    const batch = joinBatches(input?.fields ?? fields, assigned)
    this.#checkValues(batch)
    return { fields: batch.fields, rows: new BatchRows(batch) }
  }

  #checkValues(batch: RecordBatch): void {
    const check = this.#check
    const schema = this.#stage.input?.json
    if (check === undefined || schema === undefined) return
    const issues: RecordIssue[] = []
    for (let row = 0; row < batch.rowCount && issues.length < maxIssues; row++) {
      const record = withoutAbsent(batch.row(row), schema)
      if (!check.isValid(record)) issues.push(...check.issues(record, row))
    }
    if (issues.length > 0) throw recordInvalid(issues.slice(0, maxIssues))
  }
}

/** One batch as it is, several in one copy. */
function joinBatches(fields: readonly Field[], batches: readonly RecordBatch[]): RecordBatch {
  const [only] = batches
  if (batches.length === 1) return only
  const parts = batches.map((batch) => new BatchRows(batch).measure(0, batch.rowCount))
  const nodes = parts[0]?.variable ?? []
  const capacity = {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    variable: nodes.map((_, node) => parts.reduce((sum, { variable }) => sum + variable[node], 0)),
  }
  const layout = layoutBatch(fields, capacity)
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  for (const batch of batches) writer.appendRows(batch, 0, batch.rowCount)
  return writer.batch()
}
