import type { Socket } from 'node:net'
import { type Clock, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { CallContext, Reply } from '../handoff/between.ts'
import type { Contract } from '../handoff/contract.ts'
import { decodeReply, encodeBatch } from '../wire/arrow-message.ts'
import { writeCallHead } from '../wire/call-head.ts'
import { readContract } from '../wire/contract-json.ts'
import { readFailure } from '../wire/failure-head.ts'
import { unsupported } from '../wire/frame-format.ts'
import { FramePace } from '../wire/frame-pace.ts'
import { FrameReader, type FrameStart } from '../wire/frame-reader.ts'
import { FrameWriter } from '../wire/frame-writer.ts'
import { readReplyHead } from '../wire/reply-head.ts'
import { LinkCall } from './link-call.ts'
import { brokenUnder, type LinkPeer, toldBy } from './link-peer.ts'

export interface FrameLinkParts {
  /** Connected; what it reads comes by `push`. */
  readonly socket: Socket
  readonly peer: LinkPeer
  readonly clock: Clock
  /** Within which a frame that has begun has to be there, or to bring 64 KiB more. */
  readonly stallMs: number
  /** Bytes of a reply; a larger one fails its call. */
  readonly maxFrameBytes: number
}

interface Hello {
  readonly take: (contract: Contract) => void
  readonly fail: (error: unknown) => void
}

/** How long a call that is given up waits until its rows' memory is free; then the connection has to go. */
const withdrawMs = 20

/** One connection to a stage's process, on the sender's side: many calls at once, told apart by their numbers. */
export class FrameLink {
  /** When nothing comes or goes any more. Never rejects. */
  readonly closed: Promise<void>
  readonly #parts: FrameLinkParts
  readonly #reader: FrameReader
  readonly #writer: FrameWriter
  readonly #pace: FramePace
  readonly #hellos = new Map<number, Hello>()
  /** By number, until they are answered: also those that nobody waits for any more. */
  readonly #calls = new Map<number, LinkCall>()
  #last = 0
  #gone: unknown
  /** The process has said that it takes no more: what it has not answered by its end has not run. */
  #isDrained = false
  #isLeaving = false

  constructor(parts: FrameLinkParts) {
    const { socket, clock, stallMs } = parts
    this.#parts = parts
    this.#writer = new FrameWriter(socket)
    this.#reader = new FrameReader({
      room: (start) => this.#roomFor(start),
      take: (start, body) => this.#take(start, body),
    })
    const onStalled = () => this.destroy(new Error(`a frame stopped coming for ${stallMs} ms`))
    this.#pace = new FramePace({ reader: this.#reader, clock, stallMs, onStalled })
    socket.once('end', () => this.destroy(new Error('its process has closed the connection')))
    socket.on('error', (error) => this.destroy(error))
    this.closed = new Promise((resolve) => void socket.once('close', () => resolve()))
  }

  /** Whether calls may be made. */
  get isOpen(): boolean {
    return this.#gone === undefined && !this.#isDrained && !this.#isLeaving
  }

  /** Calls that are not answered. */
  get callCount(): number {
    return this.#calls.size
  }

  /** Rows on their way there and back. */
  get callBytes(): number {
    let bytes = 0
    for (const { bodyBytes } of this.#calls.values()) bytes += bodyBytes
    return bytes
  }

  hello(want: Contract | undefined): Promise<Contract> {
    return new Promise((take, fail) => {
      if (this.#gone !== undefined) return fail(this.#gone)
      const call = this.#nextNumber()
      this.#hellos.set(call, { take, fail })
      this.#writer.send({ kind: 'hello', call, head: { stage: this.#parts.peer.stage, want } })
    })
  }

  /** `schema` is the fingerprint of what the stage is believed to take. */
  async call(batch: RecordBatch, schema: string | undefined, context: CallContext): Promise<Reply> {
    const { peer } = this.#parts
    if (!this.isOpen) throw brokenUnder(peer, this.#gone ?? new Error('its process takes no more calls'), true)
    const { signal } = context
    // It may have ended while the connection was chosen, and then tells nobody any more.
    signal.throwIfAborted()
    const body = encodeBatch(batch)
    const call = new LinkCall(batch.rowCount, sizeOf(body))
    const number = this.#nextNumber()
    const head = writeCallHead(peer.stage, schema, context)
    call.sendBy(this.#writer.send({ kind: 'call', call: number, head, body }, () => call.endWriting()))
    this.#calls.set(number, call)
    const stop = () => this.#giveUp(number, call, signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await call.reply
    } finally {
      signal.removeEventListener('abort', stop)
      this.#endWhenIdle()
    }
  }

  /** Takes bytes that have come, before it returns. */
  push(chunk: Uint8Array): void {
    try {
      this.#reader.push(chunk)
      this.#pace.watch()
    } catch (error) {
      this.destroy(error)
    }
  }

  /** Lets calls end that were begun, and then the connection. */
  leave(): void {
    this.#isLeaving = true
    this.#endWhenIdle()
  }

  /** Ends the connection now. Calls fail with what `failCall` makes of it, by default HANDOFF_FAILED. */
  destroy(reason: unknown, failCall?: unknown): void {
    if (this.#gone !== undefined) return
    this.#gone = reason
    this.#reader.stop()
    this.#pace.pause()
    for (const { fail } of this.#hellos.values()) fail(reason)
    for (const call of this.#calls.values()) {
      const isSure = call.isUnsent || this.#isDrained
      call.reject(failCall ?? brokenUnder(this.#parts.peer, reason, isSure))
    }
    this.#hellos.clear()
    this.#calls.clear()
    this.#parts.socket.destroy()
  }

  #roomFor({ header: { kind, call: number, bodyBytes } }: FrameStart): Uint8Array | undefined {
    const call = kind === 'reply' ? this.#calls.get(number) : undefined
    if (call?.isWaiting !== true) return undefined
    const { maxFrameBytes, peer } = this.#parts
    if (bodyBytes <= maxFrameBytes) return new Uint8Array(new SharedArrayBuffer(bodyBytes))
    const message = `the reply of stage "${peer.stage}" has ${bodyBytes} bytes, more than ${maxFrameBytes}`
    call.reject(toldBy(peer, new PipelineError('BODY_TOO_LARGE', message)))
    return undefined
  }

  #take(start: FrameStart, body: Uint8Array | undefined): void {
    const { kind, call: number } = start.header
    switch (kind) {
      case 'contract':
        this.#answered(this.#hellos, number).take(readContract(start.head['contract']))
        return
      case 'reply': {
        const call = this.#answered(this.#calls, number)
        if (body !== undefined && call.isWaiting) this.#resolve(call, start, body)
        return
      }
      case 'failed':
        return this.#fail(number, toldBy(this.#parts.peer, readFailure(start.head)))
      case 'goodbye':
        this.#isDrained = true
        return this.#endWhenIdle()
      default:
        throw unsupported(`expected a stage's frame, got "${kind}"`)
    }
  }

  #resolve(call: LinkCall, { head }: FrameStart, body: Uint8Array): void {
    const { peer, maxFrameBytes } = this.#parts
    const { rowCount, bodyBytes } = call
    try {
      const { rejects: rejectCount, serverTimingMs } = readReplyHead(head)
      const rows = decodeReply(body, { rejectCount, rowCount }, { maxBytes: maxFrameBytes })
      const carried = { transport: 'unix', serialisedBytes: bodyBytes + body.byteLength } as const
      call.resolve({ ...rows, serverTimingMs, carried })
    } catch (error) {
      call.reject(brokenUnder(peer, error, false))
    }
  }

  /** Number 0 is about the connection. */
  #fail(number: number, error: PipelineError): void {
    if (number === 0) return this.destroy(error)
    const hello = this.#hellos.get(number)
    this.#hellos.delete(number)
    if (hello !== undefined) return hello.fail(error)
    this.#answered(this.#calls, number).reject(error)
  }

  #giveUp(number: number, call: LinkCall, reason: unknown): void {
    call.reject(reason)
    if (call.withdraw()) {
      this.#calls.delete(number)
      return
    }
    if (this.#calls.has(number)) this.#writer.send({ kind: 'cancel', call: number })
    if (!call.isWriting) return
    // Its memory may be needed again, and cannot be taken from the system but so.
    this.#parts.clock.after(withdrawMs, () => {
      if (call.isWriting) this.destroy(new Error('a call was given up whose rows the other side did not read'))
    })
  }

  /** Takes it out: an answer comes once. */
  #answered<Asked>(open: Map<number, Asked>, number: number): Asked {
    const found = open.get(number)
    if (found === undefined) throw unsupported(`expected an answer to what was asked, got one to ${number}`)
    open.delete(number)
    return found
  }

  #endWhenIdle(): void {
    if ((!this.#isLeaving && !this.#isDrained) || this.#calls.size > 0 || this.#gone !== undefined) return
    this.#gone = new Error('the connection was closed')
    this.#writer.send({ kind: 'goodbye', call: 0 }, () => this.#parts.socket.destroySoon())
  }

  #nextNumber(): number {
    do this.#last = (this.#last % maxNumber) + 1
    while (this.#calls.has(this.#last) || this.#hellos.has(this.#last))
    return this.#last
  }
}

const maxNumber = 2 ** 32 - 1

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
