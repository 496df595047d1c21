import { PipelineError } from '../errors/pipeline-error.ts'
import { assertSource, iteratorOf } from '../handler/event-source.ts'
import { type AnyEvent, assertEvent, rowOfEvent } from '../handler/stream-event.ts'
import type { AnyStreamHandler } from '../handler/stream-handler.ts'
import { createEventCheck, type EventCheck } from '../schema/event-check.ts'
import type { EventFormat } from '../schema/event-schema.ts'
import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions } from './call-options.ts'
import { DirectBatch } from './direct-batch.ts'
import { DirectContext } from './direct-context.ts'
import { rejected } from './direct-call.ts'
import { provideForCall } from './direct-provided.ts'
import { type DirectBatchInput, DirectRecords } from './direct-records.ts'

/** As a handler yielded it; its row is the record's number. */
export interface DirectEvent extends AnyEvent {
  readonly row: number
}

/** Runs a streaming stage on records in the caller's own thread: batches one after the other, events as they come. */
export class DirectStream {
  readonly #stage: AnyStage
  readonly #records: DirectRecords
  #check: Promise<EventCheck> | undefined

  constructor(stage: AnyStage) {
    this.#stage = stage
    this.#records = new DirectRecords(stage)
  }

  async *run(records: readonly unknown[], given: AnyCallOptions = {}): AsyncGenerator<DirectEvent, void> {
    this.#check ??= createCheck(this.#stage)
    const check = await this.#check
    const { provided, options } = await provideForCall(this.#stage, given)
    try {
      for await (const input of this.#records.batches(records)) {
        const context = new DirectContext(this.#stage.name, options, provided)
        for await (const event of this.#runBatch(input, options, context)) {
          check(event.data)
          yield { ...event, row: input.rows[event.row] }
        }
      }
    } finally {
      await provided.dispose()
    }
  }

  async *#runBatch(
    { input, rows }: DirectBatchInput,
    options: AnyCallOptions,
    context: DirectContext,
  ): AsyncGenerator<DirectEvent, void> {
    const { name, handler } = this.#stage
    const batch = new DirectBatch({ input, output: undefined, views: options.views })
    const run: AnyStreamHandler = handler
    const iterator = iteratorOf(assertSource(await run(batch, context), name))
    try {
      for (;;) {
        const step = await iterator.next()
        if (step.done === true) break
        const row = rowOfEvent(step.value, input.rowCount)
        if (context.isOpen(row)) yield { ...assertEvent(step.value), row }
      }
    } finally {
      await iterator.return?.()
    }
    if (context.rejects.size > 0) throw rejected(context.rejects, rows)
  }
}

async function createCheck({ name, events }: AnyStage): Promise<EventCheck> {
  const { Compile } = await import('typebox/compile')
  return createEventCheck(assertStreams(events, name), Compile, name)
}

function assertStreams(events: EventFormat | undefined, stage: string): EventFormat {
  if (events !== undefined) return events
  throw new PipelineError('INTERNAL', `stage "${stage}" was called for events and yields none`)
}
