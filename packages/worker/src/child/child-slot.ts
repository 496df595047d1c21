import { type FormedBatch, fromErrorData, type ModelRef, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { slabState } from '../memory/slab-header.ts'
import { CopyCounts, copyReasons } from '../thread/copy-counts.ts'
import { machineMs } from '../thread/machine-time.ts'
import { loadMsOf, removeBatch, revokeBatch } from '../thread/in-flight.ts'
import type { SlotAnswer } from '../thread/protocol.ts'
import { remainingMs } from '../thread/remaining-time.ts'
import type { SlotHost } from '../thread/slot-host.ts'
import { slotLoss } from '../thread/slot-loss.ts'
import type { EndedOnSlot, SlotParts, SlotPort, SlotState } from '../thread/slot-port.ts'
import { BatchParcels } from './batch-parcels.ts'
import type { ChildCall, EndParcel, FromChild } from './child-protocol.ts'
import { SlotProcess } from './child-process.ts'
import { readEnd } from './read-end.ts'

/** For a process that was asked to end; then it is ended. */
const stopGraceMs = 1000

interface OpenCall {
  readonly resolve: (answer: SlotAnswer) => void
  readonly reject: (error: PipelineError) => void
}

/**
 * One child process of a stage. Batches cross as bytes: as
 * many at once as the stage runs at once. Those behind them stay here, where they can be taken back.
 */
export class ChildSlot implements SlotPort {
  readonly number: number
  readonly inFlight: FormedBatch<Slab>[] = []
  readonly hasRoom = true
  /** A batch that was sent counts as begun, and is watched as such. */
  readonly toldEnds = 0
  readonly owesEnds = false
  readonly #parts: SlotParts
  readonly #host: SlotHost
  readonly #copies: CopyCounts
  readonly #parcels = new BatchParcels()
  readonly #sent = new Map<number, FormedBatch<Slab>>()
  /** Of those, the ones that the process has not looked at yet. */
  readonly #unread = new Set<number>()
  readonly #ended: EndedOnSlot[] = []
  readonly #calls = new Map<number, OpenCall>()
  #lastCall = 0
  #isStuck = false
  #state: SlotState = 'stopped'
  #process: SlotProcess | undefined

  constructor(parts: SlotParts, host: SlotHost) {
    this.#parts = parts
    this.#host = host
    this.number = parts.data.slot
    this.#copies = new CopyCounts(parts.data.copies)
  }

  get state(): SlotState {
    return this.#state
  }

  get hasEnded(): boolean {
    return this.#ended.length > 0
  }

  async start(): Promise<void> {
    this.#state = 'starting'
    const { clock, data } = this.#parts
    const child = new SlotProcess({ host: this.#host, clock, onMessage: (...said) => this.#receive(...said) })
    this.#process = child
    const { control: _control, copies: _copies, observed, ...own } = data
    const endedEarly = child.ended.then((how) => endedWhileLoading(data.stageName, how))
    const answer = await Promise.race([
      this.#call({ kind: 'start', data: own }, [new Uint8Array(observed)]),
      endedEarly,
    ])
    if (answer instanceof PipelineError) throw answer
    if (answer.kind === 'start-failed') {
      child.kill()
      throw fromErrorData(answer.error)
    }
    if (this.#state !== 'starting') return
    this.#state = 'serving'
    void child.ended.then((how) => this.#lost(how))
  }

  run(batch: FormedBatch<Slab>): void {
    batch.room.offer(batch.rowCount, remainingMs(batch, this.#parts.nowMs()))
    this.inFlight.push(batch)
    this.#sendNext()
  }

  /** No stage that streams runs in a child. */
  order(): void {}

  takeEnded(): EndedOnSlot | undefined {
    const ended = this.#ended.shift()
    if (ended !== undefined) removeBatch(this.inFlight, ended.batch)
    return ended
  }

  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined {
    return revokeBatch(this.inFlight, batch)
  }

  giveUp(batch: FormedBatch): void {
    for (const [number, sent] of this.#sent)
      if (sent === batch) this.#process?.send({ kind: 'given-up', batch: number })
  }

  leave(): void {
    if (this.#state === 'serving') this.#state = 'leaving'
  }

  abandon(): void {
    this.#isStuck = true
    this.#process?.kill()
  }

  async load(model: ModelRef): Promise<number> {
    this.#state = 'loading'
    try {
      return loadMsOf(await this.#call({ kind: 'load', model }))
    } finally {
      if (this.#state === 'loading') this.#state = 'serving'
    }
  }

  async unload(models: readonly ModelRef[]): Promise<void> {
    if (this.#state === 'serving') await this.#call({ kind: 'unload', models }).catch(() => undefined)
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    const child = this.#process
    if (child === undefined) return
    child.close()
    const cancel = this.#parts.clock.after(stopGraceMs, () => child.kill())
    await child.ended
    cancel()
  }

  /** Sends what may run now. From then on a batch counts as begun. */
  #sendNext(): void {
    for (const batch of this.inFlight) {
      if (this.#sent.size >= this.#parts.concurrency) return
      const { room: slab } = batch
      if (!slab.header.move(slab.generation, slabState.ready, slabState.taken)) continue
      const { parcel, pieces } = this.#parcels.pack(batch, remainingMs(batch, this.#parts.nowMs()))
      slab.header.begunMs = machineMs()
      this.#sent.set(parcel.batch, batch)
      this.#unread.add(parcel.batch)
      this.#copies.add('child', bytesOf(pieces))
      this.#process?.send(parcel, pieces)
    }
  }

  #receive(message: FromChild, body: Uint8Array): void {
    switch (message.kind) {
      case 'begun':
        this.#unread.delete(message.batch)
        return
      case 'end':
        this.#end(message, body)
        return
      case 'observed':
        new Uint8Array(this.#parts.data.observed).set(body)
        return
      case 'answer':
        this.#calls.get(message.call)?.resolve(message.answer)
        this.#calls.delete(message.call)
    }
  }

  #end(end: EndParcel, body: Uint8Array): void {
    const batch = this.#sent.get(end.batch)
    if (batch === undefined || this.#state === 'stopped') return
    this.#sent.delete(end.batch)
    this.#copies.add('child', body.byteLength)
    for (const [index, reason] of copyReasons.entries()) this.#copies.add(reason, end.copiedBytes[index])
    this.#ended.push({ batch, reply: readEnd(batch, end, body) })
    this.#sendNext()
    this.#parts.onWake()
  }

  /** Rejects with EXECUTOR_LOST when the process ends before it answers. */
  #call(task: ChildCall, pieces: readonly Uint8Array[] = []): Promise<SlotAnswer> {
    this.#lastCall++
    const call = this.#lastCall
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject })
      this.#process?.send({ kind: 'call', call, task }, pieces)
    })
  }

  #lost(how: string): void {
    if (this.#state === 'stopped') return
    this.#state = 'lost'
    this.#process = undefined
    const error = new PipelineError('EXECUTOR_LOST', 'the process that held these rows has ended', {
      cause: new Error(`the child process has ended: ${how}`),
    })
    this.#takeBackUnread()
    this.#sent.clear()
    for (const { reject } of this.#calls.values()) reject(error)
    this.#calls.clear()
    const ended = this.#ended.splice(0)
    for (const { batch } of ended) removeBatch(this.inFlight, batch)
    const reason = this.#isStuck ? 'stuck' : 'lost'
    this.#parts.onLost(this, { ...slotLoss(this.inFlight.splice(0), error), ended, reason })
  }

  /** What the process never looked at can run elsewhere, as if it had not been sent. */
  #takeBackUnread(): void {
    for (const number of this.#unread) {
      const slab = this.#sent.get(number)?.room
      slab?.header.move(slab.generation, slabState.taken, slabState.ready)
    }
    this.#unread.clear()
  }
}

function endedWhileLoading(stage: string, how: string): PipelineError {
  return new PipelineError(
    'CONFIG_INVALID',
    `a child process of stage "${stage}" ended while it loaded the app: ${how}`,
  )
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
