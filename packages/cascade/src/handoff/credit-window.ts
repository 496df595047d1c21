import { PipelineError } from '@redesmyn/core'
import type { Credit } from './between.ts'

/** Bytes of all batches on their way at once, where nothing else is said. */
export const defaultCreditBytes = 64 * 1024 * 1024

interface Waiter {
  readonly bytes: number
  readonly take: () => void
  readonly refuse: (reason: unknown) => void
}

/** Bytes that may be on their way at once. Whoever waits is served in turn; what is larger than all of it goes alone. */
export class CreditWindow {
  readonly #maxBytes: number
  readonly #waiters: Waiter[] = []
  #usedBytes = 0
  #closed: PipelineError | undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Rejects with the signal's reason, or with the error of `close`. */
  acquire(bytes: number, signal: AbortSignal): Promise<Credit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (this.#closed !== undefined) return reject(this.#closed)
      const end = () => signal.removeEventListener('abort', abort)
      const waiter: Waiter = {
        bytes,
        take: () => {
          end()
          resolve(this.#credit(bytes))
        },
        refuse: (reason) => {
          end()
          reject(reason)
        },
      }
      const abort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        waiter.refuse(signal.reason)
        this.#serve()
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#waiters.push(waiter)
      this.#serve()
    })
  }

  close(error: PipelineError): void {
    this.#closed ??= error
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(error)
  }

  #serve(): void {
    for (let next = this.#waiters[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiters[0]) {
      this.#waiters.shift()
      this.#usedBytes += next.bytes
      next.take()
    }
  }

  #fits(bytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + bytes <= this.#maxBytes
  }

  #credit(bytes: number): Credit {
    let isHeld = true
    return {
      release: () => {
        if (!isHeld) return
        isHeld = false
        this.#usedBytes -= bytes
        this.#serve()
      },
    }
  }
}
