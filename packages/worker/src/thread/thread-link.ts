import { receiveMessageOnPort } from 'node:worker_threads'
import { isStreamOrder, type StreamOrder, type StreamReport } from '../stream/stream-messages.ts'
import {
  type BatchNote,
  type BatchReply,
  givenUp,
  type OfferedBatch,
  type ServeTask,
  type ToThread,
} from './protocol.ts'
import { type BatchEnd, batchEnd, RingEnd, type RingEntry } from './ring.ts'

/** What runs batches in the thread. It never throws: errors are replies. */
export interface BatchRunner {
  run(batch: OfferedBatch): BatchReply | Promise<BatchReply>
  /** About streams of batches that run, or have ended meanwhile. */
  obey(order: StreamOrder): void
  /** Where events of streams go. */
  sendStreams(send: (report: StreamReport) => void): void
  /** The main thread has given up a batch. */
  onGivenUp(): void
}

/** After this long in one go the thread's own timers and sockets get a turn. */
const yieldAfterMs = 2

/** The thread's side of the ring: takes batches while there are any, then sleeps in the plain event loop. */
export class ThreadLink {
  readonly #runner: BatchRunner
  readonly #port: ServeTask['port']
  readonly #ring: RingEnd
  readonly #entry: RingEntry = { slab: 0, generation: 0, flag: 0 }
  /** Notes whose ring entry was not read yet. */
  readonly #notes: BatchNote[] = []
  readonly #concurrency: number
  #running = 0

  constructor(runner: BatchRunner, task: ServeTask) {
    this.#runner = runner
    this.#port = task.port
    this.#concurrency = task.concurrency
    this.#ring = new RingEnd('thread', task.ring, task.awake)
    runner.sendStreams((report) => this.#port.postMessage(report))
  }

  /** Serves until the main thread closes the port. */
  serve(): Promise<void> {
    this.#port.on('message', (message: ToThread | StreamOrder) => {
      this.#receive(message)
      this.#takeAll()
    })
    return new Promise((resolve) => void this.#port.once('close', () => resolve()))
  }

  /** Stays awake while a handler waits for something: its end looks for the next batch. */
  #takeAll(): void {
    const startedAtMs = performance.now()
    for (;;) {
      while (this.#running < this.#concurrency && this.#ring.in.read(this.#entry)) {
        this.#take(this.#entry)
        if (performance.now() - startedAtMs > yieldAfterMs) {
          setImmediate(() => this.#takeAll())
          return
        }
      }
      if (this.#running >= this.#concurrency) return
      this.#ring.own.fallAsleep()
      if (!this.#ring.in.hasUnread || !this.#ring.own.wake()) return
    }
  }

  #take(entry: RingEntry): void {
    const { slab, generation } = entry
    const note = entry.flag === 1 ? this.#nextNote() : undefined
    const reply = this.#runner.run({ slab, generation, note })
    if (!(reply instanceof Promise)) {
      this.#end(slab, generation, reply)
      return
    }
    this.#running++
    void reply.then((settled) => {
      this.#running--
      this.#end(slab, generation, settled)
      this.#takeAll()
    })
  }

  #end(slab: number, generation: number, reply: BatchReply): void {
    const end = endOf(reply)
    if (end === batchEnd.withMessage) this.#port.postMessage({ slab, generation, reply })
    this.#ring.out.write(slab, generation, end)
    if (this.#ring.other.wake()) this.#port.postMessage(null)
  }

  #receive(message: ToThread | StreamOrder): void {
    if (message === null) return
    if (message === givenUp) this.#runner.onGivenUp()
    else if (isStreamOrder(message)) this.#runner.obey(message)
    else this.#notes.push(message)
  }

  #nextNote(): BatchNote | undefined {
    while (this.#notes.length === 0) {
      const received = receiveMessageOnPort(this.#port)
      if (received === undefined) return undefined
      this.#receive(received.message)
    }
    return this.#notes.shift()
  }
}

function endOf(reply: BatchReply): BatchEnd {
  if (reply.kind === 'revoked') return batchEnd.revoked
  if (reply.kind === 'failed' || reply.kind === 'streamed') return batchEnd.withMessage
  if (reply.spilled ?? reply.parents ?? reply.rejects ?? reply.heads) return batchEnd.withMessage
  return reply.isPassed ? batchEnd.passed : batchEnd.plain
}
