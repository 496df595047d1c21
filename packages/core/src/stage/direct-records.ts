import { BatchWriter } from '../record-batch/batch-writer.ts'
import { type Capacity, measureRecords } from '../record-batch/capacity.ts'
import { layoutBatch } from '../record-batch/layout.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import type { Field } from '../schema/field.ts'
import { inferFields } from '../schema/infer-fields.ts'
import { createRecordCheck, type RecordCheck } from '../schema/record-check.ts'
import { recordInvalid } from '../schema/record-issue.ts'
import type { AnyStage } from './any-stage.ts'
import { rowsByKey } from './batch-key.ts'
import { type Partition, partitionsOf } from './partitions-of.ts'

export interface DirectBatchInput {
  readonly input: RecordBatch
  /** The numbers of its records. */
  readonly rows: readonly number[]
}

/** The records of direct calls of one stage: checked, and written into batches of `maxRows`. */
export class DirectRecords {
  readonly #stage: AnyStage
  #check: Promise<RecordCheck | undefined> | undefined

  constructor(stage: AnyStage) {
    this.#stage = stage
  }

  /** The batches in order. Throws RECORD_INVALID before the first. */
  async *batches(records: readonly unknown[]): AsyncGenerator<DirectBatchInput, void> {
    if (records.length === 0) return
    const checked = await this.#validate(records)
    const fields = this.#stage.input?.fields ?? inferFields(checked)
    for (const rows of this.#cut(fields, checked)) {
      const own = rows.map((row) => checked[row])
      yield { input: writeRecords(fields, own), rows }
    }
  }

  /** The records by what the stage wants together; all of them where it wants nothing. Throws RECORD_INVALID. */
  async partitions(records: readonly unknown[]): Promise<readonly Partition[]> {
    const { input, config } = this.#stage
    if (input === undefined || config.partitionBy === undefined || records.length === 0) {
      return [{ values: {}, rows: [...records.keys()] }]
    }
    return partitionsOf(writeRecords(input.fields, await this.#validate(records)), config.partitionBy)
  }

  /** The rows of each batch: those that may share one, `maxRows` at most. */
  #cut(fields: readonly Field[], records: readonly unknown[]): readonly (readonly number[])[] {
    const { batch, batchKey } = this.#stage.config
    const groups =
      batchKey === undefined ? [[...records.keys()]] : [...rowsByKey(writeRecords(fields, records), batchKey).values()]
    return groups.flatMap((rows) => cutInto(rows, batch.maxRows))
  }

  async #validate(records: readonly unknown[]): Promise<readonly unknown[]> {
    this.#check ??= this.#createCheck()
    const check = await this.#check
    if (check === undefined) return records
    const candidates = records.map((record) => check.coerce(record))
    const issues = candidates.flatMap((record, row) => check.issues(record, row))
    if (issues.length > 0) throw recordInvalid(issues)
    return candidates
  }

  async #createCheck(): Promise<RecordCheck | undefined> {
    const { input, config } = this.#stage
    if (input === undefined) return undefined
    // Only here: a served app brings a bundled compiler, which loads in a fraction of the time.
    const { Compile } = await import('typebox/compile')
    return createRecordCheck(input, Compile, { coerce: config.coerce })
  }
}

function cutInto(rows: readonly number[], maxRows: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(rows.length / maxRows) }, (_, index) =>
    rows.slice(index * maxRows, (index + 1) * maxRows),
  )
}

function writeRecords(fields: readonly Field[], records: readonly unknown[]): RecordBatch {
  const { writer } = allocate(fields, measureRecords(fields, records, 0, records.length))
  if (!records.every((record) => writer.append(record))) throw noRoom(records.length)
  return writer.batch()
}

/** Memory of the caller's own, laid out for so many rows. */
export function allocate(fields: readonly Field[], capacity: Capacity) {
  const layout = layoutBatch(fields, capacity)
  const buffer = new ArrayBuffer(layout.byteLength)
  return { layout, buffer, writer: new BatchWriter(layout, buffer) }
}

function noRoom(rowCount: number): PipelineError {
  return new PipelineError('INTERNAL', `${rowCount} rows do not fit the room that was measured for them`)
}
