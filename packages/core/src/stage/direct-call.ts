import { PipelineError } from '../errors/pipeline-error.ts'
import { readParented } from '../handler/read-parented.ts'
import { defaultCapacity } from '../record-batch/capacity.ts'
import { inferColumns } from '../record-batch/output/infer-columns.ts'
import { outputColumns } from '../record-batch/output/output-columns.ts'
import { writeOutput } from '../record-batch/output/write-output.ts'
import { RecordBatch } from '../record-batch/record-batch.ts'
import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions } from './call-options.ts'
import { DirectBatch } from './direct-batch.ts'
import { DirectContext } from './direct-context.ts'
import { provideForCall } from './direct-provided.ts'
import { allocate, DirectRecords } from './direct-records.ts'
import { partitionedOptions } from './partitioned-options.ts'
import type { Partition } from './partitions-of.ts'

type Row = Readonly<Record<string, unknown>>

/** Runs a stage on records in the caller's own thread: checked, in batches of `maxRows`, one after the other. */
export class DirectCall {
  readonly #stage: AnyStage
  readonly #records: DirectRecords

  constructor(stage: AnyStage) {
    this.#stage = stage
    this.#records = new DirectRecords(stage)
  }

  /** Throws PARTITION_MIXED where the stage wants rows together that these are not. */
  async run(records: readonly unknown[], options: AnyCallOptions = {}): Promise<readonly Row[]> {
    const partitions = await this.partitions(records)
    const [own = options] = partitionedOptions(this.#stage, partitions, { options, mixed: 'refuse' })
    return (await this.answers(records, own)).flat()
  }

  /** See `DirectRecords.partitions`. */
  partitions(records: readonly unknown[]): Promise<readonly Partition[]> {
    return this.#records.partitions(records)
  }

  /** Of records of one partition: the rows that each of them gave. */
  async answers(records: readonly unknown[], given: AnyCallOptions): Promise<readonly (readonly Row[])[]> {
    const answers = records.map((): Row[] => [])
    const { provided, options } = await provideForCall(this.#stage, given)
    try {
      for await (const { input, rows } of this.#records.batches(records)) {
        const context = new DirectContext(this.#stage.name, options, provided)
        const ran = await this.#runBatch(input, { options, context, rows })
        for (const { parent, row } of ran) answers[rows[parent]].push(row)
      }
    } finally {
      await provided.dispose()
    }
    return answers
  }

  async #runBatch(input: RecordBatch, { options, context, rows }: BatchCall): Promise<readonly Answer[]> {
    const { name, output, handler, config } = this.#stage
    const { rowCount } = input
    const room = output && allocate(output.fields, defaultCapacity(output.fields, rowCount))
    const batch = new DirectBatch({
      input,
      output: room && new RecordBatch(room.layout, room.buffer, rowCount),
      views: options.views,
    })
    const returned = await handler(batch, context)
    if (context.rejects.size > 0) throw rejected(context.rejects, rows)
    const { returns } = config
    const given = returns === 'same' ? sameRows(returned) : readParented(returned, { stage: name, returns, rowCount })
    const columns = outputColumns(output?.fields, options.views?.readOutput(given.output) ?? given.output, name)
    const fields = output?.fields ?? inferColumns(columns)
    const outputRows = given.parents?.length ?? rowCount
    const written = writeOutput(fields, { columns, rowCount: outputRows, stage: name })
    return Array.from(written.rows(), (row, index) => ({ row, parent: given.parents?.[index] ?? index }))
  }
}

/** A row of the output, and which row of the batch it comes from. */
interface Answer {
  readonly row: Row
  readonly parent: number
}

function sameRows(output: unknown): { readonly output: unknown; readonly parents?: Int32Array } {
  return { output }
}

interface BatchCall {
  readonly options: AnyCallOptions
  readonly context: DirectContext
  /** Of the call, those that are in the batch. */
  readonly rows: readonly number[]
}

/** As for a request of many records: the first error, and all of them in the details. */
export function rejected(rejects: ReadonlyMap<number, PipelineError>, rows: readonly number[]): PipelineError {
  const issues = Array.from(rejects, ([row, { code, message }]) => ({ row: rows[row], code, message }))
  const [first] = rejects.values()
  return new PipelineError(first?.code ?? 'HANDLER_ERROR', first?.message ?? 'a row was rejected', {
    details: { issues },
  })
}
