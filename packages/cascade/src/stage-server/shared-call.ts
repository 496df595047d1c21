import type { PipelineError } from '@redesmyn/core'
import type { HeldReply } from './held-reply.ts'
import type { ServedReply } from './stage-service.ts'

/** What a call came to. */
export type Outcome =
  | { readonly kind: 'answered'; readonly reply: HeldReply }
  | { readonly kind: 'failed'; readonly error: PipelineError }

interface Joined {
  readonly resolve: (reply: ServedReply) => void
  readonly reject: (reason: unknown) => void
}

/** A call that runs once, for all who have made it. */
export class SharedCall {
  readonly #joined = new Set<Joined>()
  readonly #stop = new AbortController()
  readonly #onAbandoned: (() => void) | undefined

  /** `onAbandoned`: the last who waited has left, nobody is to join any more. Without it the call goes on then. */
  constructor(onAbandoned: (() => void) | undefined) {
    this.#onAbandoned = onAbandoned
  }

  /** Fires when it is given up. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Rejects with what the call fails with, or with the signal's reason as soon as that fires. */
  async join(signal: AbortSignal): Promise<ServedReply> {
    let leave: (() => void) | undefined
    try {
      return await new Promise<ServedReply>((resolve, reject) => {
        const joined = { resolve, reject }
        this.#joined.add(joined)
        leave = () => {
          this.#leave(joined, signal.reason)
          reject(signal.reason)
        }
        signal.addEventListener('abort', leave, { once: true })
        if (signal.aborted) leave()
      })
    } finally {
      if (leave !== undefined) signal.removeEventListener('abort', leave)
    }
  }

  /** Each has a share of the reply. */
  answer(reply: HeldReply): void {
    for (const { resolve } of this.#take()) resolve(reply.share())
  }

  fail(reason: unknown): void {
    for (const { reject } of this.#take()) reject(reason)
  }

  /** Ends it for all who wait. */
  abort(reason: unknown): void {
    this.#stop.abort(reason)
    this.fail(reason)
  }

  #take(): readonly Joined[] {
    const all = [...this.#joined]
    this.#joined.clear()
    return all
  }

  #leave(joined: Joined, reason: unknown): void {
    if (!this.#joined.delete(joined) || this.#joined.size > 0 || this.#onAbandoned === undefined) return
    this.#onAbandoned()
    this.#stop.abort(reason)
  }
}
