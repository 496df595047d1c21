import { setTimeout } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { type FormedBatch, fromErrorData, type ModelRef, PipelineError } from '@redesmyn/core'
import { Piscina } from 'piscina'
import { giveUpThread } from '../interop/native-guard.ts'
import type { Slab } from '../memory/slab.ts'
import { writeBatchFacts } from './batch-facts.ts'
import { MainLink } from './main-link.ts'
import type { SlotAnswer, SlotTask } from './protocol.ts'
import { remainingMs } from './remaining-time.ts'
import { ringBytes } from './ring.ts'
import { SlabNotes } from './slab-notes.ts'
import { plainHost, type SlotHost, threadOptions } from './slot-host.ts'
import { slotLoss } from './slot-loss.ts'
import type { EndedOnSlot, LoopTimes, SlotParts, SlotPort, SlotState } from './slot-port.ts'

/** For what handlers were provided with to be disposed of, when a thread ends. */
const closeMs = 1000

const entry = new URL('./entry.js', import.meta.url).href

/**
 * One thread of a stage, with a number that it keeps when the thread is replaced. Piscina owns the thread's life:
 * one `serve` task lasts as long as it does, and its end is the end of the thread. Batches go through the ring.
 */
export class Slot implements SlotPort {
  readonly number: number
  readonly inFlight: FormedBatch<Slab>[] = []
  readonly #parts: SlotParts
  readonly #piscina: Piscina<SlotTask, SlotAnswer>
  readonly #encoder = new TextEncoder()
  readonly #notes: SlabNotes
  readonly #ringDepth: number
  #unpassed = 0
  #mustClose = false
  #state: SlotState = 'stopped'
  #link: MainLink | undefined
  #exited: Promise<void> = Promise.resolve()

  constructor(parts: SlotParts, host: SlotHost = plainHost) {
    this.#parts = parts
    this.number = parts.data.slot
    this.#ringDepth = 4 * (parts.concurrency + 1)
    this.#notes = new SlabNotes(parts.pool)
    this.#piscina = new Piscina({
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
    return this.#unpassed < this.#ringDepth
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

  /** Starts a thread and loads the app in it. Rejects with what the app threw. */
  async start(): Promise<void> {
    this.#state = 'starting'
    this.#notes.reset()
    Atomics.store(new Int32Array(this.#parts.data.control), 0, 0)
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
    this.#serve()
  }

  /** Offers the batch to the thread; its end comes back through `takeEnded`. */
  run(batch: FormedBatch<Slab>): void {
    const { room: slab } = batch
    const note = this.#notes.noteFor(slab, writeBatchFacts(batch, this.#encoder))
    slab.offer(batch.rowCount, remainingMs(batch, this.#parts.nowMs()))
    this.inFlight.push(batch)
    this.#unpassed++
    this.#link?.send(slab.id, slab.generation, note)
  }

  /** The next batch whose end the thread has told; revoked ones are passed over. */
  takeEnded(): EndedOnSlot | undefined {
    for (;;) {
      const ended = this.#link?.nextEnded()
      if (ended === undefined) return undefined
      this.#unpassed--
      const place = this.inFlight.findIndex(
        ({ room }) => room.id === ended.slab && room.generation === ended.generation,
      )
      if (place < 0 || ended.reply.kind === 'revoked') continue
      const [batch] = this.inFlight.splice(place, 1)
      return { batch, reply: ended.reply }
    }
  }

  /** Takes a batch back that this slot holds and its thread has not begun. */
  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined {
    const place = this.inFlight.findIndex((held) => held === batch)
    const held = this.inFlight[place]
    if (held === undefined || !held.room.revoke()) return undefined
    this.inFlight.splice(place, 1)
    return held
  }

  /** Loads a model while no batch runs; resolves with the milliseconds it took, rejects with MODEL_LOAD_FAILED. */
  async load(model: ModelRef, unload: readonly ModelRef[]): Promise<number> {
    this.#state = 'loading'
    try {
      const answer = await this.#piscina.run({ kind: 'load', model, unload })
      if (answer.kind === 'load-failed') throw fromErrorData(answer.error)
      return answer.kind === 'loaded' ? answer.loadMs : 0
    } finally {
      if (this.#state === 'loading') this.#state = 'serving'
    }
  }

  /** Lets models go in the background. */
  unload(models: readonly ModelRef[]): void {
    if (this.#state === 'serving') void this.#piscina.run({ kind: 'unload', models }).catch(() => undefined)
  }

  /** Ends the thread. Resolves when it has exited. */
  async stop(): Promise<void> {
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
    const ring = new SharedArrayBuffer(ringBytes(this.#ringDepth))
    this.#unpassed = 0
    this.#link = new MainLink({ port: port1, ring, awake, onWake })
    const life = this.#piscina.run({ kind: 'serve', port: port2, ring, awake, concurrency }, { transferList: [port2] })
    life.then(
      () => undefined,
      (error: unknown) => void this.#lost(error),
    )
    this.#state = 'serving'
  }

  async #lost(error: unknown): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'lost'
    await this.#exited
    this.#link?.close()
    this.#link = undefined
    const loss = new PipelineError('EXECUTOR_LOST', 'the thread that held these rows has ended', { cause: error })
    this.#parts.onLost(this, slotLoss(this.inFlight.splice(0), loss))
  }
}

function endedWhileLoading(stage: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipelineError('CONFIG_INVALID', `a thread of stage "${stage}" ended while it loaded the app: ${reason}`, {
    cause,
  })
}
