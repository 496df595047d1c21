import {
  type AnyStage,
  type FormedBatch,
  fromErrorData,
  isDoneWithin,
  type ModelRef,
  PipelineError,
} from '@redesmyn/core'
import { NativeGuard } from '../interop/native-guard.ts'
import type { Slab } from '../memory/slab.ts'
import { writeBatchFacts } from './batch-facts.ts'
import { loadMsOf, removeBatch, revokeBatch } from './in-flight.ts'
import type { BatchReply, OfferedBatch } from './protocol.ts'
import { routeReport } from '../stream/route-report.ts'
import type { RowOrder } from '../stream/stream-messages.ts'
import { remainingMs } from './remaining-time.ts'
import { SlabNotes } from './slab-notes.ts'
import { slotLoss } from './slot-loss.ts'
import type { EndedOnSlot, SlotParts, SlotPort, SlotState } from './slot-port.ts'
import { SlotRuntime } from './slot-runtime.ts'

/** How long a handler that still waits for something may hold up the end of its stage. */
const stopGraceMs = 1000

interface WaitingBatch {
  readonly batch: FormedBatch<Slab>
  readonly offered: OfferedBatch
}

/**
 * A slot without a thread: the handler runs on the server's own, when the stage looks for what has ended, which is at
 * the end of a turn of the event loop. One that does not wait for anything runs one batch a turn, so that requests are
 * read between two.
 */
export class InlineSlot implements SlotPort {
  readonly number: number
  readonly inFlight: FormedBatch<Slab>[] = []
  readonly hasRoom = true
  /** Nothing else can hold it than what holds the server itself. */
  readonly toldEnds = 0
  readonly owesEnds = false
  readonly #parts: SlotParts
  readonly #runtime: SlotRuntime
  readonly #notes: SlabNotes
  readonly #encoder = new TextEncoder()
  readonly #waiting: WaitingBatch[] = []
  readonly #ended: EndedOnSlot[] = []
  readonly #running = new Map<FormedBatch<Slab>, Promise<void>>()
  #hasRun = false
  #state: SlotState = 'stopped'

  /** `own`: the stage, where the app does not have it as it is to work here. */
  constructor(parts: SlotParts, own?: AnyStage) {
    this.#parts = parts
    this.number = parts.data.slot
    this.#notes = new SlabNotes(parts.pool)
    // Nobody gives this thread up.
    this.#runtime = new SlotRuntime(parts.data, new NativeGuard(parts.data.control, () => undefined), own)
  }

  get state(): SlotState {
    return this.#state
  }

  get hasEnded(): boolean {
    return this.#ended.length > 0 || this.#canBegin
  }

  async start(): Promise<void> {
    this.#state = 'starting'
    // Traces of the app's errors name the user's own files and lines, as they do from a thread.
    process.setSourceMapsEnabled(true)
    this.#runtime.sendStreams((report) => routeReport(this, report, this.#parts.onStreams))
    const answer = await this.#runtime.start()
    if (answer.kind === 'start-failed') throw fromErrorData(answer.error)
    this.#state = 'serving'
  }

  run(batch: FormedBatch<Slab>): void {
    const { room: slab } = batch
    const note = this.#notes.noteFor(slab, writeBatchFacts(batch, this.#encoder))
    slab.offer(batch.rowCount, remainingMs(batch, this.#parts.nowMs()))
    this.inFlight.push(batch)
    this.#waiting.push({ batch, offered: { slab: slab.id, generation: slab.generation, note } })
    this.#parts.onWake()
  }

  order({ room }: FormedBatch<Slab>, rows: readonly RowOrder[]): void {
    this.#runtime.obey({ slab: room.id, generation: room.generation, rows })
  }

  takeEnded(): EndedOnSlot | undefined {
    const ended = this.#ended.shift() ?? this.#runNext()
    this.#hasRun = ended !== undefined && this.#hasRun
    if (ended !== undefined) removeBatch(this.inFlight, ended.batch)
    return ended
  }

  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined {
    return revokeBatch(this.inFlight, batch)
  }

  giveUp(batch: FormedBatch): void {
    const held = this.inFlight.find((candidate) => candidate === batch)
    if (held === undefined) return
    held.room.header.isGivenUp = true
    this.#runtime.onGivenUp()
  }

  leave(): void {
    if (this.#state === 'serving') this.#state = 'leaving'
  }

  /** What still waits for something is left to itself, and keeps its slab until it comes back. */
  abandon(): void {
    this.#state = 'lost'
    this.#waiting.length = 0
    this.#notes.close()
    const error = new PipelineError('EXECUTOR_LOST', 'the handler that held these rows does not come back')
    const ended = this.#ended.splice(0)
    for (const { batch } of ended) removeBatch(this.inFlight, batch)
    const freed = Promise.all(this.#running.values()).then(() => undefined)
    this.#parts.onLost(this, { ...slotLoss(this.inFlight.splice(0), error), ended, reason: 'stuck', freed })
  }

  async load(model: ModelRef): Promise<number> {
    this.#state = 'loading'
    try {
      return loadMsOf(await this.#runtime.load({ kind: 'load', model }))
    } finally {
      if (this.#state === 'loading') this.#state = 'serving'
    }
  }

  async unload(models: readonly ModelRef[]): Promise<void> {
    if (this.#state === 'serving') await this.#runtime.unload({ kind: 'unload', models }).catch(() => undefined)
  }

  /** A handler that does not come back cannot be ended here: its batch keeps its slab, which nobody uses again. */
  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#waiting.length = 0
    this.#notes.close()
    await isDoneWithin(Promise.all(this.#running.values()), { clock: this.#parts.clock, ms: stopGraceMs })
    await this.#runtime.close()
    for (const batch of this.#running.keys()) removeBatch(this.inFlight, batch)
  }

  get #canBegin(): boolean {
    return this.#waiting.length > 0 && this.#running.size < this.#parts.concurrency && this.#state !== 'stopped'
  }

  /** Begins what may begin; returns with the first batch whose handler answered at once. */
  #runNext(): EndedOnSlot | undefined {
    while (this.#canBegin && !this.#hasRun) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      const reply = this.#runtime.run(next.offered)
      if (reply instanceof Promise) this.#await(next.batch, reply)
      else if (reply.kind !== 'revoked') {
        this.#hasRun = true
        return { batch: next.batch, reply }
      }
    }
    return undefined
  }

  #await(batch: FormedBatch<Slab>, reply: Promise<BatchReply>): void {
    const settled = reply.then((ended) => {
      this.#running.delete(batch)
      if (this.#state === 'lost') return
      this.#ended.push({ batch, reply: ended })
      this.#parts.onWake()
    })
    this.#running.set(batch, settled)
  }
}
