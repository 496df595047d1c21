import {
  type AnyStage,
  BatchWriter,
  type Capacity,
  type Compile,
  defaultCapacity,
  fromErrorData,
  inferFields,
  type Log,
  measureRecords,
  type ModelRef,
  PipelineError,
} from '@redesmyn/core'
import { layoutSlab } from '../memory/slab-layout.ts'
import { BatchRequests } from './batch-requests.ts'
import type { HandlerRunner } from './handler-runner.ts'
import type { BatchReply, SlabShape } from './protocol.ts'
import { SlabView } from './slab-view.ts'
import { readExamples } from './stage-examples.ts'

export interface WarmUpParts {
  readonly stage: AnyStage
  readonly compile: Compile
  readonly runner: HandlerRunner
  readonly log: Log
}

/** Sends a stage's examples through its handler, on the way that batches take, before anybody waits for an answer. */
export class WarmUp {
  readonly #parts: WarmUpParts

  constructor(parts: WarmUpParts) {
    this.#parts = parts
  }

  /** Rejects with what went wrong where the stage is strict; else that is logged. */
  async run(model: ModelRef | undefined): Promise<void> {
    const { stage, log } = this.#parts
    try {
      await this.#runAll(model)
    } catch (err) {
      if (stage.config.strictWarmUp) throw err
      log.error({ err, stage: stage.name }, 'A warm-up failed.')
    }
  }

  async #runAll(model: ModelRef | undefined): Promise<void> {
    const { stage, compile, runner } = this.#parts
    const { maxRows } = stage.config.batch
    const records = readExamples(stage, compile)
    const requests = new BatchRequests(() => ({ ids: 'warm-up', ...(model && { model }) }))
    for (let from = 0; from < records.length; from += maxRows) {
      const portion = records.slice(from, from + maxRows)
      const view = fillView(stage, portion)
      const input = { batch: view.input(portion.length), columnNames: view.columnNames, head: view.layout.head }
      assertAnswered(await runner.run(view, input, requests))
    }
  }
}

/** Memory as a slab has it, of this thread alone. */
function fillView({ input, output }: AnyStage, records: readonly unknown[]): SlabView {
  const { length } = records
  const fields = input?.fields ?? inferFields(records)
  const inputCapacity: Capacity = measureRecords(fields, records, 0, length)
  const outputCapacity = output && defaultCapacity(output.fields, length)
  const shape: SlabShape = { input: fields, inputCapacity, output: output?.fields, outputCapacity }
  const { input: layout, byteLength } = layoutSlab(shape)
  const buffer = new SharedArrayBuffer(byteLength)
  const writer = new BatchWriter(layout, buffer)
  if (!records.every((record) => writer.append(record))) throw noRoom(length)
  const view = new SlabView(buffer, shape)
  view.header.rowCount = length
  view.header.deadlineMs = Number.POSITIVE_INFINITY
  return view
}

function assertAnswered(reply: BatchReply): void {
  if (reply.kind === 'failed') throw fromErrorData(reply.error)
  const [rejected] = reply.kind === 'done' ? (reply.rejects ?? []) : []
  if (rejected !== undefined) throw fromErrorData(rejected.error)
}

function noRoom(rowCount: number): PipelineError {
  return new PipelineError('INTERNAL', `${rowCount} examples do not fit the room that was measured for them`)
}
