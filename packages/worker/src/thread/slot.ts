import { setTimeout } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { type FormedBatch, fromErrorData, type ModelRef, PipelineError } from '@redesmyn/core'
import type { Piscina } from 'piscina'
import { giveUpThread } from '../interop/native-guard.ts'
import type { Slab } from '../memory/slab.ts'
import { writeBatchFacts } from './batch-facts.ts'
import type { RowOrder, StreamReport } from '../stream/stream-messages.ts'
import { routeReport } from '../stream/route-report.ts'
import { loadMsOf, revokeBatch } from './in-flight.ts'
import { MainLink } from './main-link.ts'
import type { SlotAnswer, SlotTask } from './protocol.ts'
import { remainingMs } from './remaining-time.ts'
import { ringBytes } from './ring.ts'
import { SlabNotes } from './slab-notes.ts'
import { plainHost, type SlotHost, threadOptions } from './slot-host.ts'
import { slotLoss } from './slot-loss.ts'
import type { EndedOnSlot, LoopTimes, SlotParts, SlotPort, SlotState } from './slot-port.ts'
import { loadPiscina } from './load-piscina.ts'

/** For what handlers were provided with to be disposed of, when a thread ends. */
const closeMs = 1000

const entry = import.meta.resolve('#thread-entry')

/**
 * One thread of a stage. Piscina owns its life: one `serve` task lasts as long as the thread does, and its end is the
 * end of the thread. Batches go through the ring.
 */
export class Slot implements SlotPort {
  readonly number: number
  readonly inFlight: FormedBatch<Slab>[] = []
  readonly #parts: SlotParts
  readonly #piscina: Piscina<SlotTask, SlotAnswer>
  readonly #encoder = new TextEncoder()
  readonly #notes: SlabNotes
  readonly #ringDepth: number
  #mustClose = false
  #sentBatches = 0
  #toldEnds = 0
  #isStuck = false
  #state: SlotState = 'stopped'
  #link: MainLink | undefined
  #exited: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | undefined

  constructor(parts: SlotParts, host: SlotHost = plainHost) {
    this.#parts = parts
    this.number = parts.data.slot
    this.#ringDepth = 4 * (parts.concurrency + 1)
    this.#notes = new SlabNotes(parts.pool)
    this.#piscina = new (loadPiscina())({
      filename: entry,
      workerData: parts.data,
      minThreads: 0,
      maxThreads: 1,
      concurrentTasksPerWorker: Number.MAX_SAFE_INTEGER,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'async',
      recordTiming: false,
      ...threadOptions(host),
    })
  }

  get state(): SlotState {
    return this.#state
  }

  /** Whether the ring has room: batches that were taken back stay in it until the thread has passed them. */
  get hasRoom(): boolean {
    return this.#sentBatches - this.#toldEnds < this.#ringDepth
  }

  get toldEnds(): number {
    return this.#toldEnds
  }

  get owesEnds(): boolean {
    return this.#toldEnds < this.#sentBatches
  }

  get hasEnded(): boolean {
    return this.#link?.hasEnded ?? false
  }

  /** How long its event loop worked and waited since the thread began; a thread that is gone did neither. */
  get loopTimes(): LoopTimes {
    const [thread] = this.#piscina.threads
    if (thread === undefined) return { activeMs: 0, idleMs: 0 }
    const { active, idle } = thread.performance.eventLoopUtilization()
    return { activeMs: active, idleMs: idle }
  }

  async start(): Promise<void> {
    this.#state = 'starting'
    const started = this.#piscina.run({ kind: 'start' })
    const [thread] = this.#piscina.threads
    this.#exited = new Promise((resolve) => void thread.once('exit', () => resolve()))
    // Piscina would wait for ever for a thread whose entry cannot be imported.
    const failed = new Promise<never>((_, reject) => void thread.once('error', reject))
    const answer = await Promise.race([started, failed]).catch((cause: unknown) => {
      throw endedWhileLoading(this.#parts.data.stageName, cause)
    })
    if (answer.kind === 'start-failed') throw fromErrorData(answer.error)
    this.#mustClose = answer.kind === 'started' && answer.closes === true
    if (this.state === 'starting') this.#serve()
  }

  run(batch: FormedBatch<Slab>): void {
    const { room: slab } = batch
    const note = this.#notes.noteFor(slab, writeBatchFacts(batch, this.#encoder))
    slab.offer(batch.rowCount, remainingMs(batch, this.#parts.nowMs()))
    this.inFlight.push(batch)
    this.#sentBatches++
    this.#link?.send(slab.id, slab.generation, note)
  }

  /** Says something about streams of a batch that the thread has begun; one that has ended is past it. */
  order({ room }: FormedBatch<Slab>, rows: readonly RowOrder[]): void {
    this.#link?.order({ slab: room.id, generation: room.generation, rows })
  }

  takeEnded(): EndedOnSlot | undefined {
    for (;;) {
      const ended = this.#link?.nextEnded()
      if (ended === undefined) return undefined
      this.#toldEnds++
      const place = this.inFlight.findIndex(
        ({ room }) => room.id === ended.slab && room.generation === ended.generation,
      )
      if (place < 0 || ended.reply.kind === 'revoked') continue
      const [batch] = this.inFlight.splice(place, 1)
      return { batch, reply: ended.reply }
    }
  }

  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined {
    return revokeBatch(this.inFlight, batch)
  }

  giveUp(batch: FormedBatch): void {
    const held = this.inFlight.find((candidate) => candidate === batch)
    if (held === undefined) return
    held.room.header.isGivenUp = true
    this.#link?.tellGivenUp()
  }

  leave(): void {
    if (this.#state === 'serving') this.#state = 'leaving'
  }

  /** A thread inside a native call must not be ended: it is left to itself, and ends itself when the call returns. */
  abandon(): void {
    if (this.#state === 'stopped' || this.#state === 'lost') return
    this.#isStuck = true
    if (giveUpThread(this.#parts.data.control) === 'abandoned') this.#report(new Error('left inside a native call'))
    else {
      this.#state = 'leaving'
      for (const thread of this.#piscina.threads) void thread.terminate()
    }
  }

  async load(model: ModelRef): Promise<number> {
    this.#state = 'loading'
    try {
      return loadMsOf(await this.#piscina.run({ kind: 'load', model }))
    } finally {
      if (this.#state === 'loading') this.#state = 'serving'
    }
  }

  async unload(models: readonly ModelRef[]): Promise<void> {
    if (this.#state === 'serving') await this.#piscina.run({ kind: 'unload', models }).catch(() => undefined)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    this.#state = 'stopped'
    this.#notes.close()
    this.#link?.close()
    await this.#close()
    // A thread inside native code takes the process with it when it is ended; it ends itself behind the call.
    if (giveUpThread(this.#parts.data.control) === 'abandoned') await this.#exited
    for (const thread of this.#piscina.threads) await thread.terminate()
    await this.#piscina.destroy()
  }

  /** A thread that is busy in one long call is not waited for. */
  async #close(): Promise<void> {
    if (!this.#mustClose) return
    this.#mustClose = false
    const closed = this.#piscina.run({ kind: 'close' }).catch(() => undefined)
    await Promise.race([closed, this.#exited, setTimeout(closeMs, undefined, { ref: false })])
  }

  #serve(): void {
    const { port1, port2 } = new MessageChannel()
    const { concurrency, awake, onWake } = this.#parts
    const onStreams = (report: StreamReport): void => routeReport(this, report, this.#parts.onStreams)
    const ring = new SharedArrayBuffer(ringBytes(this.#ringDepth))
    this.#link = new MainLink({ port: port1, ring, awake, onWake, onStreams })
    const life = this.#piscina.run({ kind: 'serve', port: port2, ring, awake, concurrency }, { transferList: [port2] })
    life.then(
      () => undefined,
      (error: unknown) => void this.#lost(error),
    )
    this.#state = 'serving'
  }

  async #lost(cause: unknown): Promise<void> {
    await this.#exited
    this.#link?.receiveAll()
    this.#report(cause)
  }

  /** Once: a thread that was left inside a native call is lost before it has exited. */
  #report(cause: unknown): void {
    if (this.#state === 'stopped' || this.#state === 'lost') return
    this.#state = 'lost'
    this.#notes.close()
    const ended = this.#takeAllEnded()
    this.#link?.close()
    this.#link = undefined
    const error = new PipelineError(
      'EXECUTOR_LOST',
      `a thread of stage "${this.#parts.data.stageName}" ended while it held these rows`,
      { cause },
    )
    const reason = this.#isStuck ? 'stuck' : 'lost'
    const held = this.inFlight.splice(0)
    this.#parts.onLost(this, { ...slotLoss(held, error), ended, reason, freed: this.#exited })
  }

  #takeAllEnded(): readonly EndedOnSlot[] {
    const all: EndedOnSlot[] = []
    for (let ended = this.takeEnded(); ended !== undefined; ended = this.takeEnded()) all.push(ended)
    return all
  }
}

function endedWhileLoading(stage: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipelineError('CONFIG_INVALID', `a thread of stage "${stage}" ended while it loaded the app: ${reason}`, {
    cause,
  })
}
