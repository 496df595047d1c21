import type { PipelineError } from '@redesmyn/core'
import type { Credit } from '../handoff/between.ts'
import { CreditWindow } from '../handoff/credit-window.ts'

export interface CreditBounds {
  readonly maxCalls: number
  readonly maxBytes: number
}

/** Calls and bytes that may be on their way at once; whoever waits is served in turn. */
export class CallCredits {
  readonly #calls: CreditWindow
  readonly #bytes: CreditWindow

  constructor({ maxCalls, maxBytes }: CreditBounds) {
    this.#calls = new CreditWindow(maxCalls)
    this.#bytes = new CreditWindow(maxBytes)
  }

  get usedBytes(): number {
    return this.#bytes.usedBytes
  }

  /** Rejects with the signal's reason, or with the error of `close`. */
  async acquire(bytes: number, signal: AbortSignal): Promise<Credit> {
    // The turn among calls is the turn among bytes: neither window lets anybody overtake.
    const call = await this.#calls.acquire(1, signal)
    try {
      const room = await this.#bytes.acquire(bytes, signal)
      return {
        release: () => {
          room.release()
          call.release()
        },
      }
    } catch (error) {
      call.release()
      throw error
    }
  }

  close(error: PipelineError): void {
    this.#calls.close(error)
    this.#bytes.close(error)
  }
}
