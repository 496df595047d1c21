import {
  type AnyStage,
  assignFields,
  BatchRows,
  BatchWriter,
  type Compile,
  createRecordCheck,
  type DecodedStream,
  decodeStream,
  type Field,
  hasValueRules,
  layoutBatch,
  type RecordBatch,
  type RecordCheck,
  recordInvalid,
  type RecordIssue,
  type RowSource,
  withoutAbsent,
} from '@redesmyn/core'
import { KnownRows, KnownStream } from './arrow-known-stream.ts'
import { ArrowStreamMemory } from './arrow-stream-memory.ts'
import { ArrowValueRanges } from './arrow-value-ranges.ts'
import { maxIssues } from './error-reply.ts'

export interface ArrowRows {
  readonly fields: readonly Field[]
  readonly rows: RowSource
}

/** Reads Arrow stream bodies for a stage: the types of the columns are the check, unless the schema asks for more. */
export class ArrowReader {
  readonly #stage: AnyStage
  /** Only where the schema says more of a value than its type. */
  readonly #check: RecordCheck | undefined

  /** What can be told of the values without a look at each record. */
  readonly #ranges: ArrowValueRanges | undefined
  readonly #memory = new ArrowStreamMemory()

  constructor(stage: AnyStage, compile: Compile) {
    this.#stage = stage
    const { input } = stage
    if (input === undefined || !hasValueRules(input.json)) return
    this.#check = createRecordCheck(input, compile, { coerce: false })
    this.#ranges = ArrowValueRanges.of(input.json, input.fields)
  }

  /**
   * Views of `bytes`, which must not change afterwards. Throws BODY_MALFORMED, SCHEMA_MISMATCH naming the columns, or
   * RECORD_INVALID.
   */
  read(bytes: Uint8Array): ArrowRows {
    if (!this.#memory.takes(bytes)) {
      const stream = decodeStream(bytes)
      return this.#join(stream, this.#assign(stream))
    }
    const known = this.#memory.find(bytes)
    return known === undefined ? this.#readNew(bytes) : this.#readKnown(known, bytes)
  }

  #readNew(bytes: Uint8Array): ArrowRows {
    // The columns of a known stream are written over, and these bytes may wait.
    const copy = new Uint8Array(bytes)
    const stream = decodeStream(copy)
    const assigned = this.#assign(stream)
    const known = KnownStream.of(copy, stream.batches, assigned)
    if (known === undefined) return this.#join(stream, assigned)
    this.#memory.add(known)
    return this.#readKnown(known, bytes)
  }

  #readKnown(known: KnownStream, bytes: Uint8Array): ArrowRows {
    const batch = known.open(bytes)
    this.#checkValues(batch)
    return { fields: batch.fields, rows: new KnownRows(known, bytes) }
  }

  #assign({ batches }: DecodedStream): readonly RecordBatch[] {
    const { input } = this.#stage
    return input === undefined ? batches : batches.map((batch) => assignFields(batch, input.fields))
  }

  #join({ fields }: DecodedStream, assigned: readonly RecordBatch[]): ArrowRows {
    const batch = joinBatches(this.#stage.input?.fields ?? fields, assigned)
    this.#checkValues(batch)
    return { fields: batch.fields, rows: new BatchRows(batch) }
  }

  #checkValues(batch: RecordBatch): void {
    const check = this.#check
    const schema = this.#stage.input?.json
    if (check === undefined || schema === undefined || this.#ranges?.hold(batch) === true) return
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
