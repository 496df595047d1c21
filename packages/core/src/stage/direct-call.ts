import { PipelineError } from '../errors/pipeline-error.ts'
import { Provided } from '../handler/provided.ts'
import { BatchWriter } from '../record-batch/batch-writer.ts'
import { type Capacity, defaultCapacity, measureRecords } from '../record-batch/capacity.ts'
import { layoutBatch } from '../record-batch/layout.ts'
import { inferColumns } from '../record-batch/output/infer-columns.ts'
import { outputColumns } from '../record-batch/output/output-columns.ts'
import { measureColumns, writeColumns } from '../record-batch/output/write-columns.ts'
import { RecordBatch } from '../record-batch/record-batch.ts'
import type { Field } from '../schema/field.ts'
import { inferFields } from '../schema/infer-fields.ts'
import { createRecordCheck, type RecordCheck } from '../schema/record-check.ts'
import { recordInvalid } from '../schema/record-issue.ts'
import type { AnyStage } from './any-stage.ts'
import { rowsByKey } from './batch-key.ts'
import type { AnyCallOptions } from './call-options.ts'
import { DirectBatch } from './direct-batch.ts'
import { DirectContext, silentLog } from './direct-context.ts'

type Row = Readonly<Record<string, unknown>>

/** Runs a stage on records in the caller's own thread: checked, in batches of `maxRows`, one after the other. */
export class DirectCall {
  readonly #stage: AnyStage
  #check: Promise<RecordCheck | undefined> | undefined

  constructor(stage: AnyStage) {
    this.#stage = stage
  }

  async run(records: readonly unknown[], options: AnyCallOptions = {}): Promise<readonly Row[]> {
    if (records.length === 0) return []
    const checked = await this.#validate(records)
    const fields = this.#stage.input?.fields ?? inferFields(checked)
    const answers = new Array<Row>(checked.length)
    const provided = await this.#provide(options)
    try {
      for (const rows of this.#batches(fields, checked)) {
        const records = rows.map((row) => checked[row])
        const context = new DirectContext(this.#stage.name, options, provided)
        const ran = await this.#runBatch(writeRecords(fields, records), { options, context, rows })
        for (const [index, answer] of ran.entries()) answers[rows[index]] = answer
      }
    } finally {
      await provided.dispose()
    }
    return answers
  }

  /** The rows of each batch: those that may share one, `maxRows` at most. */
  #batches(fields: readonly Field[], records: readonly unknown[]): readonly (readonly number[])[] {
    const { batch, batchKey } = this.#stage.config
    const groups =
      batchKey === undefined ? [[...records.keys()]] : [...rowsByKey(writeRecords(fields, records), batchKey).values()]
    return groups.flatMap((rows) => cutInto(rows, batch.maxRows))
  }

  /** Made for this call alone: there is no thread whose end would dispose of it. */
  async #provide({ provide = [], log = silentLog }: AnyCallOptions): Promise<Provided> {
    const { name, config } = this.#stage
    const provided = new Provided()
    await provided.create([...config.needs, ...provide], { stage: name, slot: 1, log })
    return provided
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

  async #runBatch(input: RecordBatch, { options, context, rows }: BatchCall): Promise<readonly Row[]> {
    const { name, output, handler } = this.#stage
    const { rowCount } = input
    const room = output && allocate(output.fields, defaultCapacity(output.fields, rowCount))
    const batch = new DirectBatch({
      input,
      output: room && new RecordBatch(room.layout, room.buffer, rowCount),
      views: options.views,
    })
    const returned = await handler(batch, context)
    if (context.rejects.size > 0) throw rejected(context.rejects, rows)
    const columns = outputColumns(output?.fields, options.views?.readOutput(returned) ?? returned, name)
    const fields = output?.fields ?? inferColumns(columns)
    const { writer } = allocate(fields, measureColumns(fields, columns, rowCount))
    if (!writeColumns(writer, columns, rowCount, name)) throw noRoom(rowCount)
    return writer.batch().rows()
  }
}

interface BatchCall {
  readonly options: AnyCallOptions
  readonly context: DirectContext
  /** Of the call, those that are in the batch. */
  readonly rows: readonly number[]
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

function allocate(fields: readonly Field[], capacity: Capacity) {
  const layout = layoutBatch(fields, capacity)
  const buffer = new ArrayBuffer(layout.byteLength)
  return { layout, buffer, writer: new BatchWriter(layout, buffer) }
}

/** As for a request of many records: the first error, and all of them in the details. */
function rejected(rejects: ReadonlyMap<number, PipelineError>, rows: readonly number[]): PipelineError {
  const issues = Array.from(rejects, ([row, { code, message }]) => ({ row: rows[row], code, message }))
  const [first] = rejects.values()
  return new PipelineError(first?.code ?? 'HANDLER_ERROR', first?.message ?? 'a row was rejected', {
    details: { issues },
  })
}

function noRoom(rowCount: number): PipelineError {
  return new PipelineError('INTERNAL', `${rowCount} rows do not fit the room that was measured for them`)
}
