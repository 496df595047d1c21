import { type AnyStreamHandler, type Compile, createEventCheck, type EventCheck, PipelineError } from '@redesmyn/core'
import type { BatchInput } from '../thread/batch-input.ts'
import type { BatchRequests } from '../thread/batch-requests.ts'
import { HandlerBatch } from '../thread/handler-batch.ts'
import type { HandlerRunnerParts } from '../thread/handler-runner.ts'
import { InputSnapshot } from '../thread/input-snapshot.ts'
import type { BatchReply, OfferedBatch } from '../thread/protocol.ts'
import { sendableError } from '../thread/sendable-error.ts'
import { copyRows, type SlabView } from '../thread/slab-view.ts'
import { SlotContext } from '../thread/slot-context.ts'
import { StreamCall } from './stream-call.ts'
import type { StreamOrder, StreamReport } from './stream-messages.ts'
import { StreamOutbox } from './stream-outbox.ts'

export interface StreamRunnerParts extends HandlerRunnerParts {
  readonly compile: Compile
  readonly send: (report: StreamReport) => void
}

/** Runs a streaming handler in its thread, in the place of a `HandlerRunner`: a batch ends when its handler has. */
export class StreamRunner {
  readonly #parts: StreamRunnerParts
  readonly #handler: AnyStreamHandler
  readonly #check: EventCheck
  readonly #outbox: StreamOutbox
  readonly #calls = new Map<number, RunningCall>()

  constructor(parts: StreamRunnerParts) {
    const { stage, compile, send } = parts
    if (stage.events === undefined) throw new PipelineError('INTERNAL', `stage "${stage.name}" yields no events`)
    this.#parts = parts
    this.#handler = stage.handler
    this.#check = createEventCheck(stage.events, compile, stage.name)
    this.#outbox = new StreamOutbox(send)
  }

  /** Never rejects: an error is a reply. */
  async run(
    view: SlabView,
    rows: BatchInput,
    requests: BatchRequests,
    { slab, generation }: OfferedBatch,
  ): Promise<BatchReply> {
    const startedAtMs = performance.now()
    const { stage, slot, modelOf } = this.#parts
    const { rowCount, deadlineMs } = view.header
    let call: StreamCall | undefined
    try {
      const { batch, snapshot } = this.#prepare(rows)
      const model = modelOf?.(requests)
      const slotContext = new SlotContext({ slot, rowCount, deadlineMs, header: view.header, model, requests })
      call = new StreamCall({
        batch: { slab, generation },
        rowCount,
        stage: stage.name,
        outbox: this.#outbox,
        check: this.#check,
        slotContext,
        log: slotContext.log,
      })
      this.#calls.set(slab, { generation, call })
      await call.run(this.#handler, batch)
      snapshot?.assertUnchanged(stage.name)
      call.end()
      return { kind: 'streamed' }
    } catch (error) {
      return { kind: 'failed', error: sendableError(error) }
    } finally {
      view.header.handlerMs = performance.now() - startedAtMs
      this.#calls.delete(slab)
      // The reply overtakes nothing: what was yielded before it is sent before it.
      this.#outbox.flush()
      call?.abandon()
    }
  }

  #prepare({ batch: rows, columnNames, head }: BatchInput) {
    const { stage, copies, libraries, checkWrites } = this.#parts
    const { mutatesInput } = stage.config
    const copy = mutatesInput ? copyRows(rows) : undefined
    if (copy !== undefined) copies.add('mutates-input', copy.byteLength)
    const input = copy?.batch ?? rows
    const snapshot = checkWrites === 'never' || mutatesInput ? undefined : new InputSnapshot(input)
    if (snapshot !== undefined) copies.add('check-writes', snapshot.byteLength)
    const batch = new HandlerBatch({
      input,
      output: undefined,
      columnNames,
      outputNames: [],
      stage: stage.name,
      copies,
      libraries,
      isInferred: stage.input === undefined,
      head: mutatesInput ? undefined : head,
    })
    return { batch, snapshot }
  }

  obey({ slab, generation, rows }: StreamOrder): void {
    const running = this.#calls.get(slab)
    if (running?.generation === generation) running.call.obey(rows)
  }
}

interface RunningCall {
  readonly generation: number
  readonly call: StreamCall
}
