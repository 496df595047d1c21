import type { BatchAddress, StreamPart, StreamReport } from './stream-messages.ts'

/** After this long in one go the thread's own timers and sockets, and orders about streams, get a turn. */
const turnMs = 2

/** A stream that has something to send. */
export interface OutboxItem {
  readonly batch: BatchAddress
  /** Takes it out. */
  takePart(): StreamPart
}

/** Gathers what the streams of a thread yield in one turn of the event loop, and sends it as one message. */
export class StreamOutbox {
  readonly #send: (report: StreamReport) => void
  readonly #waiting: OutboxItem[] = []
  #resume: (() => void)[] = []
  #turnEndsAtMs = 0
  #isTurnDue = false

  constructor(send: (report: StreamReport) => void) {
    this.#send = send
  }

  /** The stream has something to send. Once until it is sent. */
  add(stream: OutboxItem): void {
    this.#waiting.push(stream)
    this.#endTurnSoon()
  }

  /** Resolves in the next turn where this one has taken long enough; a handler that never waits would hold it up. */
  nextTurn(): Promise<void> | undefined {
    if (performance.now() < this.#turnEndsAtMs) return undefined
    this.#endTurnSoon()
    return new Promise((resolve) => this.#resume.push(resolve))
  }

  /** Sends now what has gathered. */
  flush(): void {
    if (this.#waiting.length === 0) return
    const parts = new Map<BatchAddress, StreamPart[]>()
    for (const stream of this.#waiting.splice(0)) {
      const known = parts.get(stream.batch)
      if (known === undefined) parts.set(stream.batch, [stream.takePart()])
      else known.push(stream.takePart())
    }
    this.#send({ batches: Array.from(parts, ([{ slab, generation }, own]) => ({ slab, generation, parts: own })) })
  }

  #endTurnSoon(): void {
    if (this.#isTurnDue) return
    this.#isTurnDue = true
    setImmediate(() => {
      this.#isTurnDue = false
      this.flush()
      this.#turnEndsAtMs = performance.now() + turnMs
      const resume = this.#resume
      this.#resume = []
      for (const go of resume) go()
    })
  }
}
