import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { BatchNote, BatchReply } from './protocol.ts'
import { batchEnd, RingEnd, type RingEntry } from './ring.ts'

export interface MainLinkParts {
  readonly port: MessagePort
  readonly ring: SharedArrayBuffer
  readonly awake: SharedArrayBuffer
  /** Batches have ended while the main thread was not looking. */
  readonly onWake: () => void
}

export interface EndedBatch {
  readonly slab: number
  readonly generation: number
  readonly reply: BatchReply
}

const plainReply: BatchReply = { kind: 'done' }
const revokedReply: BatchReply = { kind: 'revoked' }
const passedReply: BatchReply = { kind: 'done', isPassed: true }

/** The main thread's side of one slot's ring. */
export class MainLink {
  readonly #parts: MainLinkParts
  readonly #ring: RingEnd
  readonly #entry: RingEntry = { slab: 0, generation: 0, flag: 0 }
  /** Replies whose ring entry was not read yet. */
  readonly #replies: EndedBatch[] = []

  constructor(parts: MainLinkParts) {
    this.#parts = parts
    this.#ring = new RingEnd('main', parts.ring, parts.awake)
    parts.port.on('message', (ended: EndedBatch | null) => {
      if (ended !== null) this.#replies.push(ended)
      parts.onWake()
    })
  }

  /** Hands a batch to the thread. The slab is offered already. */
  send(slab: number, generation: number, note: BatchNote | undefined): void {
    if (note !== undefined) this.#parts.port.postMessage(note)
    this.#ring.out.write(slab, generation, note === undefined ? 0 : 1)
    if (this.#ring.other.wake()) this.#parts.port.postMessage(null)
  }

  get hasEnded(): boolean {
    return this.#ring.in.hasUnread
  }

  /** The next batch that has ended, in the order of their ends. */
  nextEnded(): EndedBatch | undefined {
    if (!this.#ring.in.read(this.#entry)) return undefined
    const { slab, generation, flag } = this.#entry
    if (flag === batchEnd.plain) return { slab, generation, reply: plainReply }
    if (flag === batchEnd.passed) return { slab, generation, reply: passedReply }
    return flag === batchEnd.revoked ? { slab, generation, reply: revokedReply } : this.#nextReply()
  }

  close(): void {
    this.#parts.port.close()
  }

  #nextReply(): EndedBatch | undefined {
    while (this.#replies.length === 0) {
      const received = receiveMessageOnPort(this.#parts.port)
      if (received === undefined) return undefined
      if (received.message !== null) this.#replies.push(received.message)
    }
    return this.#replies.shift()
  }
}
