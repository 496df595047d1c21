import type { PipelineError } from '../errors/pipeline-error.ts'
import { withStage } from '../errors/with-stage.ts'
import type { Provided } from '../handler/provided.ts'
import { keptRows, readKept } from '../handler/read-kept.ts'
import { assignFields } from '../record-batch/assign/assign-fields.ts'
import { defaultCapacity } from '../record-batch/capacity.ts'
import { joinBatches } from '../record-batch/join-batches.ts'
import { writeOutput } from '../record-batch/output/write-output.ts'
import { RecordBatch } from '../record-batch/record-batch.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyCallOptions } from '../stage/call-options.ts'
import { DirectBatch } from '../stage/direct-batch.ts'
import { DirectContext } from '../stage/direct-context.ts'
import { provideDirectly } from '../stage/direct-provided.ts'
import { allocate } from '../stage/direct-records.ts'
import { partitionsOf } from '../stage/partitions-of.ts'
import { joinPicks } from '../record-batch/picks/join-picks.ts'
import { picksOf } from '../record-batch/picks/row-picks.ts'
import { joinParted, type PartedAnswer } from './join-parted.ts'
import { assertAnswersRows, type RowStage } from './row-stage.ts'
import { inStage, timeOfCall } from './direct-steps.ts'

/** What came of a batch: the rows that were not rejected, in order, and why the others were, by their row. */
export interface DirectAnswer {
  readonly batch: RecordBatch
  readonly rejects: ReadonlyMap<number, PipelineError>
}

/** Stages that rows have still to go through, and what they are called with. */
interface Way {
  readonly stages: readonly RowStage[]
  readonly time: (stage: AnyStage) => AnyCallOptions
  readonly params: Readonly<Record<string, string>>
  /** Whether the rows came apart for the first of the stages already. */
  readonly isParted: boolean
}

/** Stages one behind the other, called in the caller's own thread on batches whose columns they read where they lie. */
export class DirectStages {
  readonly #stages: readonly RowStage[]
  readonly #options: AnyCallOptions
  readonly #nowMs: () => number
  readonly #provided = new Map<RowStage, Promise<Provided>>()

  /**
   * Throws CONFIG_INVALID for a stage that declares no columns, and BETWEEN_UNSUPPORTED for one that does not answer each
   * row with a row.
   */
  constructor(stages: readonly AnyStage[], options: AnyCallOptions, nowMs: () => number) {
    this.#stages = stages.map(assertAnswersRows)
    this.#options = options
    this.#nowMs = nowMs
  }

  /** Rejects with SCHEMA_MISMATCH naming the columns that the batch lacks, and with what a stage throws, naming the stage. */
  async run(batch: RecordBatch, call: AnyCallOptions): Promise<DirectAnswer> {
    const time = timeOfCall({ ...this.#options, ...call }, this.#nowMs)
    return await this.#through({ stages: this.#stages, time, params: call.params ?? {}, isParted: false }, batch)
  }

  /** Disposes of what the stages needed. */
  async close(): Promise<void> {
    const provided = await Promise.allSettled(this.#provided.values())
    for (const made of provided) if (made.status === 'fulfilled') await made.value.dispose()
  }

  async #through({ stages, time, params, isParted }: Way, batch: RecordBatch): Promise<DirectAnswer> {
    const rejects = new Map<number, PipelineError>()
    let rows: readonly number[] | undefined
    let given = batch
    for (const [index, stage] of stages.entries()) {
      const options = { ...time(stage), params }
      if (stage.config.partitionBy !== undefined && given.rowCount > 0 && !(isParted && index === 0)) {
        const answer = await this.#apart({ stages: stages.slice(index), time, params, isParted: true }, given)
        for (const [row, error] of answer.rejects) rejects.set(rows?.[row] ?? row, error)
        return { batch: answer.batch, rejects }
      }
      const answer = await inStage(stage, options, async () => {
        return await this.#runStage(stage, assignFields(given, stage.input.fields), options)
      })
      for (const [row, error] of answer.rejects) rejects.set(rows?.[row] ?? row, withStage(error, stage.name))
      rows = remaining(given.rowCount, answer.rejects, rows)
      given = answer.batch
    }
    return { batch: given, rejects }
  }

  /** Rows of each partition by themselves, from here to the last stage. */
  async #apart(way: Way, batch: RecordBatch): Promise<DirectAnswer> {
    const { stages, time, params } = way
    const [first] = stages
    const given = await inStage(first, time(first), async () => assignFields(batch, first.input.fields))
    const parted: PartedAnswer[] = []
    for (const { values, rows } of partitionsOf(given, first.config.partitionBy ?? [])) {
      const own = rows.length === given.rowCount ? given : joinPicks(given.fields, [given], picksOf(rows))
      const answer = await this.#through({ ...way, params: { ...params, ...values } }, own)
      parted.push({ ...answer, rows })
    }
    return joinParted(stages[stages.length - 1].output.fields, parted)
  }

  /** In calls of as many rows as the stage takes. A stage is not called for no rows. */
  async #runStage(stage: RowStage, input: RecordBatch, options: AnyCallOptions): Promise<DirectAnswer> {
    const { maxRows } = stage.config.batch
    const pieces: RecordBatch[] = []
    const rejects = new Map<number, PipelineError>()
    for (let from = 0; from < input.rowCount; from += maxRows) {
      const to = Math.min(from + maxRows, input.rowCount)
      const piece = to - from === input.rowCount ? input : input.slice(from, to)
      const answer = await this.#call(stage, piece, piece === input ? options : ofRows(options, from, to))
      pieces.push(answer.batch)
      for (const [row, error] of answer.rejects) rejects.set(from + row, error)
    }
    return { batch: joinBatches(stage.output.fields, pieces), rejects }
  }

  async #call(stage: RowStage, input: RecordBatch, options: AnyCallOptions): Promise<DirectAnswer> {
    const { name, output, handler } = stage
    const batch = new DirectBatch({ input, output: roomFor(output, input.rowCount), views: options.views })
    const context = new DirectContext(name, options, await this.#provide(stage, options))
    const returned = await handler(batch, context)
    const kept = keptRows(input.rowCount, context.rejects)
    // Nobody looks at the output of a batch whose every row has an error.
    if (kept?.length === 0) return { batch: joinBatches(output.fields, []), rejects: context.rejects }
    const columns = readKept(batch, returned, { fields: output.fields, stage: name, kept })
    const rowCount = kept?.length ?? input.rowCount
    return { batch: writeOutput(output.fields, { columns, rowCount, stage: name }), rejects: context.rejects }
  }

  #provide(stage: RowStage, options: AnyCallOptions): Promise<Provided> {
    const known = this.#provided.get(stage)
    if (known !== undefined) return known
    const made = provideDirectly(stage, options)
    this.#provided.set(stage, made)
    return made
  }
}

/** Other rows have another key. */
function ofRows(options: AnyCallOptions, from: number, to: number): AnyCallOptions {
  const { idempotencyKey } = options
  return idempotencyKey === undefined ? options : { ...options, idempotencyKey: `${idempotencyKey}/${from}-${to}` }
}

function roomFor({ fields }: RecordSchema, rowCount: number): RecordBatch {
  const { layout, buffer } = allocate(fields, defaultCapacity(fields, rowCount))
  return new RecordBatch(layout, buffer, rowCount)
}

/** Which rows of the whole batch are still on their way; undefined: all. */
function remaining(
  rowCount: number,
  rejects: ReadonlyMap<number, PipelineError>,
  rows: readonly number[] | undefined,
): readonly number[] | undefined {
  const kept = keptRows(rowCount, rejects)
  return kept === undefined || rows === undefined ? (kept ?? rows) : kept.map((row) => rows[row])
}
