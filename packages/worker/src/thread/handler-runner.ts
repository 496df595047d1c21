import { setImmediate } from 'node:timers/promises'
import { type AnyStage, type ParentRules, readParented, type RecordBatch } from '@redesmyn/core'
import type { VitalsWriter } from '../observe/thread-vitals.ts'
import type { Libraries } from '../interop/libraries.ts'
import type { BatchRequests } from './batch-requests.ts'
import type { BatchInput } from './batch-input.ts'
import { InputSnapshot } from './input-snapshot.ts'
import type { CopyCounts } from './copy-counts.ts'
import { blankOutput, fillOutput } from './fill-output.ts'
import { HandlerBatch } from './handler-batch.ts'
import { machineMs } from './machine-time.ts'
import { passesInput } from './passes-input.ts'
import type { BatchReply, SpilledOutput } from './protocol.ts'
import { readOutput, replaceRejected } from './read-output.ts'
import { StrayRejections } from './stray-rejections.ts'
import { sendableError } from './sendable-error.ts'
import { copyRows, type SlabView } from './slab-view.ts'
import { SlotContext, type SlotFacts } from './slot-context.ts'

export interface HandlerRunnerParts {
  readonly stage: AnyStage
  readonly slot: SlotFacts
  readonly copies: CopyCounts
  readonly libraries: Libraries
  readonly vitals: VitalsWriter
  readonly checkWrites: 'always' | 'never'
  /** Whether an answer waits until the promises are known that its handler has left to themselves: a turn of the event loop. */
  readonly awaitsStrays: boolean
  /** The loaded model of a batch; `undefined` where the stage's handler takes none. */
  readonly modelOf: ((requests: BatchRequests) => unknown) | undefined
}

interface HandlerCall {
  readonly view: SlabView
  readonly input: RecordBatch
  readonly batch: HandlerBatch
  readonly context: SlotContext
  readonly snapshot: InputSnapshot | undefined
}

type DoneReply = Extract<BatchReply, { kind: 'done' }>

const plainEnd: DoneReply = Object.freeze({ kind: 'done' })
const passedEnd: DoneReply = Object.freeze({ kind: 'done', isPassed: true })

/** Calls the stage's handler for one batch after another, and brings what it returns into the slab. */
export class HandlerRunner {
  readonly #parts: HandlerRunnerParts
  /** Added to this thread's `performance.now()` it is the machine's time. */
  readonly #machineOffsetMs = machineMs() - performance.now()
  readonly #strays = new StrayRejections()

  constructor(parts: HandlerRunnerParts) {
    this.#parts = parts
  }

  /** Answers at once where the handler does. Never throws and never rejects: an error is a reply. */
  run(view: SlabView, input: BatchInput, requests: BatchRequests): BatchReply | Promise<BatchReply> {
    const startedAtMs = performance.now()
    view.header.begunMs = startedAtMs + this.#machineOffsetMs
    this.#parts.vitals.tick(startedAtMs)
    let call: HandlerCall | undefined
    try {
      call = this.#prepare(view, input, requests)
      const returned = this.#parts.stage.handler(call.batch, call.context)
      if (isPromiseLike(returned) || this.#parts.awaitsStrays) return this.#settle(call, returned, startedAtMs)
      view.header.handlerMs = performance.now() - startedAtMs
      call.context.settle()
      const reply = this.#finish(call, returned)
      call.batch.end()
      return reply
    } catch (error) {
      view.header.handlerMs = performance.now() - startedAtMs
      call?.context.settle()
      call?.batch.end()
      return failed(error, this.#parts.stage.name)
    }
  }

  /** A promise of a handler's has rejected, and nobody looked. */
  onStray(reason: unknown): void {
    this.#strays.found(reason)
  }

  async #settle(call: HandlerCall, promised: unknown, startedAtMs: number): Promise<BatchReply> {
    const watch = this.#strays.open()
    try {
      const returned = await promised
      call.view.header.handlerMs = performance.now() - startedAtMs
      if (this.#parts.awaitsStrays) await setImmediate()
      if (watch.error !== undefined) throw watch.error.reason
      return this.#finish(call, returned)
    } catch (error) {
      call.view.header.handlerMs = performance.now() - startedAtMs
      return failed(error, this.#parts.stage.name)
    } finally {
      this.#strays.close(watch)
      call.context.settle()
      call.batch.end()
    }
  }

  #prepare(view: SlabView, { batch: rows, columnNames, head }: BatchInput, requests: BatchRequests): HandlerCall {
    const { stage, slot, copies, libraries, modelOf } = this.#parts
    const { rowCount, deadlineMs } = view.header
    const input = this.#input(rows)
    const snapshot = this.#snapshot(input)
    const model = modelOf?.(requests)
    const context = new SlotContext({ slot, rowCount, deadlineMs, model, requests, header: view.header })
    const batch = new HandlerBatch({
      input,
      output: view.output(rowCount),
      columnNames,
      outputNames: view.outputNames,
      stage: stage.name,
      copies,
      libraries,
      head: stage.config.mutatesInput ? undefined : head,
      isInferred: stage.input === undefined,
    })
    return { view, input, batch, context, snapshot }
  }

  #input(rows: RecordBatch): RecordBatch {
    const { stage, copies } = this.#parts
    if (!stage.config.mutatesInput) return rows
    const { batch, byteLength } = copyRows(rows)
    copies.add('mutates-input', byteLength)
    return batch
  }

  #snapshot(input: RecordBatch): InputSnapshot | undefined {
    const { stage, copies, checkWrites } = this.#parts
    if (checkWrites === 'never' || stage.config.mutatesInput) return undefined
    const snapshot = new InputSnapshot(input)
    copies.add('check-writes', snapshot.byteLength)
    return snapshot
  }

  #finish({ view, input, batch, context, snapshot }: HandlerCall, returned: unknown): BatchReply {
    const { stage, copies, libraries } = this.#parts
    const { rowCount } = batch
    const { name } = stage
    snapshot?.assertUnchanged(name)
    const { rejects } = context
    const { returns } = stage.config
    if (returns !== 'same') return this.#finishParented({ view, context }, returned, { stage: name, returns, rowCount })
    if (rejects?.length === rowCount) return done(blankOutput(view), context)
    const output = rejects === undefined ? returned : replaceRejected(returned, (row) => context.isRejected(row))
    const columns = readOutput(output, { fields: stage.output?.fields, stage: name, libraries, copies })
    if (rejects === undefined && context.heads === undefined && passesInput(stage.output?.fields, columns, input)) {
      if (!stage.config.mutatesInput) return passedEnd
    }
    return done(fillOutput(view, { columns, rowCount, stage: name, copies }), context)
  }

  /** What comes from rows that were rejected is left out by whoever reads it. */
  #finishParented(
    { view, context }: Pick<HandlerCall, 'view' | 'context'>,
    returned: unknown,
    rules: ParentRules,
  ): BatchReply {
    const { stage, copies, libraries } = this.#parts
    const isAllRejected = context.rejects?.length === rules.rowCount
    if (isAllRejected) return { ...done(blankOutput(view), context), parents: new Int32Array(0) }
    const { output, parents } = readParented(returned, rules)
    const columns = readOutput(output, { fields: stage.output?.fields, stage: rules.stage, libraries, copies })
    const spilled = fillOutput(view, { columns, rowCount: parents.length, stage: rules.stage, copies })
    return { ...done(spilled, context), parents }
  }
}

function done(spilled: SpilledOutput | undefined, { rejects, heads }: SlotContext): DoneReply {
  if ((spilled ?? rejects ?? heads) === undefined) return plainEnd
  return { kind: 'done', ...(spilled && { spilled }), ...(rejects && { rejects }), ...(heads && { heads }) }
}

function failed(thrown: unknown, stage: string): BatchReply {
  const error = sendableError(thrown)
  return { kind: 'failed', error: { ...error, details: { stage, ...error.details } } }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
