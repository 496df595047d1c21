import { setEnvironmentData } from 'node:worker_threads'
import { layoutBatch, packColumns, PipelineError, RecordBatch, toErrorData, unpackColumns } from '@redesmyn/core'
import { slotDataKey } from '../interop/native-call.ts'
import { NativeGuard, threadControlBytes } from '../interop/native-guard.ts'
import { slabState } from '../memory/slab-header.ts'
import { observedBytes } from '../observe/observed-memory.ts'
import { copyCountsBytes } from '../thread/copy-counts.ts'
import type { BatchNote, BatchReply, SlotAnswer } from '../thread/protocol.ts'
import { SlotRuntime } from '../thread/slot-runtime.ts'
import type { BatchParcel, ChildCall, ChildData, EndParcel, FromChild, ToChild } from './child-protocol.ts'
import { type ChildRoom, ChildRooms } from './child-rooms.ts'
import { lengthsOf, splitBody } from './write-frame.ts'

/** How old what the server knows of a child's counts may be. */
const observedMs = 1000

/** Sends a message; `onDone` is called once the pieces may change again. */
export type SendToServer = (message: FromChild, pieces: readonly Uint8Array[], onDone: () => void) => void

/** A slot's process from within: brings batches into memory of its own, where the same code runs them as in a thread. */
export class ChildRuntime {
  readonly #send: SendToServer
  readonly #rooms = new ChildRooms()
  readonly #copies = new SharedArrayBuffer(copyCountsBytes)
  readonly #told = new Float64Array(copyCountsBytes / Float64Array.BYTES_PER_ELEMENT)
  /** Where the batches are that run now, by their numbers. */
  readonly #running = new Map<number, ChildRoom>()
  readonly #observed = new SharedArrayBuffer(observedBytes)
  #isObservedDue = false
  #runtime: SlotRuntime | undefined

  constructor(send: SendToServer) {
    this.#send = send
  }

  /** The body is read during the call only. */
  receive(message: ToChild, body: Uint8Array): void {
    if (message.kind === 'batch') {
      void this.#serve(message, body)
      return
    }
    if (message.kind === 'given-up') {
      this.#giveUp(message.batch)
      return
    }
    const { call, task } = message
    // What an earlier process of this slot has counted goes on.
    if (task.kind === 'start') new Uint8Array(this.#observed).set(body)
    void this.#answer(task).then((answer) => this.#send({ kind: 'answer', call, answer }, [], () => undefined))
  }

  /** The process is about to end: what was provided to handlers is disposed of. Never rejects. */
  async close(): Promise<void> {
    await this.#runtime?.close()
  }

  /** See `SlotRuntime`. */
  onStray(reason: unknown): void {
    this.#runtime?.onStray(reason)
  }

  #answer(task: ChildCall): Promise<SlotAnswer> {
    switch (task.kind) {
      case 'start':
        return this.#start(task.data)
      case 'load':
        return this.#started.load(task)
      case 'unload':
        return this.#started.unload(task)
    }
  }

  #start(data: ChildData): Promise<SlotAnswer> {
    const control = new SharedArrayBuffer(threadControlBytes)
    // Nobody ends a thread of this process: the server ends the process.
    const guard = new NativeGuard(control, () => undefined)
    setEnvironmentData(slotDataKey, { appFolder: data.appFolder })
    this.#runtime = new SlotRuntime({ ...data, control, copies: this.#copies, observed: this.#observed }, guard)
    return this.#runtime.start()
  }

  get #started(): SlotRuntime {
    if (this.#runtime !== undefined) return this.#runtime
    throw new PipelineError('INTERNAL', 'a batch or a model came to a process that was not started')
  }

  async #serve(parcel: BatchParcel, body: Uint8Array): Promise<void> {
    let room: ChildRoom | undefined
    this.#send({ kind: 'begun', batch: parcel.batch }, [], () => undefined)
    try {
      const forget = this.#rooms.learn(parcel)
      room = this.#rooms.take(parcel.room)
      this.#running.set(parcel.batch, room)
      const reply = this.#run(room, parcel, { body, forget })
      this.#end(parcel, room, reply instanceof Promise ? await reply : reply)
    } catch (error) {
      const reply: BatchReply = { kind: 'failed', error: toErrorData(error, 'INTERNAL') }
      this.#end(parcel, room, reply)
    }
  }

  #run(room: ChildRoom, parcel: BatchParcel, { body, forget }: Arrival): BatchReply | Promise<BatchReply> {
    const { slab, view } = room
    const { rowCount, deadlineMs, facts } = parcel
    unpackColumns(view.layout.input, view.buffer, rowCount, splitBody(body, parcel.pieceBytes))
    view.header.rowCount = rowCount
    view.header.deadlineMs = deadlineMs
    view.header.isGivenUp = false
    const introductions = room.generation === 0 ? [{ slab, buffer: view.buffer, shape: view.shape }] : []
    room.generation++
    view.header.set(room.generation, slabState.ready)
    const note: BatchNote = { introductions, source: undefined, forget, facts }
    return this.#started.run({ slab, generation: room.generation, note })
  }

  #giveUp(batch: number): void {
    const room = this.#running.get(batch)
    if (room === undefined) return
    room.view.header.isGivenUp = true
    this.#started.onGivenUp()
  }

  #end({ batch, rowCount }: BatchParcel, room: ChildRoom | undefined, reply: BatchReply): void {
    this.#running.delete(batch)
    const output = room && outputOf(room, reply, rowCount)
    const pieces = output === undefined ? [] : packColumns(output)
    const end: EndParcel = {
      kind: 'end',
      batch,
      handlerMs: room?.view.header.handlerMs ?? 0,
      reply: withoutBuffer(reply),
      copiedBytes: this.#newCopies(),
      pieceBytes: lengthsOf(pieces),
    }
    this.#send(end, pieces, () => {
      if (room !== undefined) this.#rooms.release(room)
    })
    this.#tellObserved()
  }

  /** At most once a second, and only after work: the server's copy is a second old at most. */
  #tellObserved(): void {
    if (this.#isObservedDue) return
    this.#isObservedDue = true
    setTimeout(() => {
      this.#isObservedDue = false
      this.#send({ kind: 'observed' }, [new Uint8Array(this.#observed).slice()], () => undefined)
    }, observedMs).unref()
  }

  /** What was copied since the server was last told. */
  #newCopies(): readonly number[] {
    const copied = new Float64Array(this.#copies)
    const added = Array.from(copied, (bytes, index) => bytes - this.#told[index])
    this.#told.set(copied)
    return added
  }
}

interface Arrival {
  readonly body: Uint8Array
  /** Slabs that the runtime need not know any more. */
  readonly forget: readonly number[]
}

function outputOf({ view }: ChildRoom, reply: BatchReply, rowCount: number): RecordBatch | undefined {
  // Outputs that are the inputs are there already.
  if (reply.kind !== 'done' || reply.isPassed) return undefined
  const { spilled, parents } = reply
  const outputRows = parents?.length ?? rowCount
  if (spilled === undefined) return view.output(outputRows)
  return new RecordBatch(layoutBatch(spilled.fields, spilled.capacity), spilled.buffer, outputRows)
}

function withoutBuffer(reply: BatchReply): EndParcel['reply'] {
  if (reply.kind !== 'done') return reply
  const { spilled, ...done } = reply
  return spilled === undefined ? done : { ...done, spilled: { fields: spilled.fields, capacity: spilled.capacity } }
}
