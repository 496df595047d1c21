import type { Reply } from '../handoff/between.ts'
import type { Sending } from '../wire/frame-writer.ts'

/**
 * A call on its way over a connection. It settles once its outcome is known and nothing reads its rows' memory any more:
 * whoever made it may then use that again.
 */
export class LinkCall {
  readonly reply: Promise<Reply>
  readonly rowCount: number
  /** As sent. */
  readonly bodyBytes: number
  #sending: Sending | undefined
  #outcome: (() => void) | undefined
  #settle: { readonly resolve: (reply: Reply) => void; readonly reject: (reason: unknown) => void } | undefined

  constructor(rowCount: number, bodyBytes: number) {
    this.rowCount = rowCount
    this.bodyBytes = bodyBytes
    this.reply = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  /** Whether somebody waits for the answer still. */
  get isWaiting(): boolean {
    return this.#outcome === undefined
  }

  /** Whether none of its bytes have left. */
  get isUnsent(): boolean {
    return this.#sending?.state === 'waiting'
  }

  /** Whether its rows' memory is being read. */
  get isWriting(): boolean {
    return this.#sending?.state === 'writing'
  }

  sendBy(sending: Sending): void {
    this.#sending = sending
  }

  withdraw(): boolean {
    return this.#sending?.withdraw() ?? false
  }

  /** To be called when the frame is written, or cannot be any more. */
  endWriting(): void {
    this.#outcome?.()
  }

  resolve(reply: Reply): void {
    this.#end(() => this.#settle?.resolve(reply))
  }

  reject(reason: unknown): void {
    this.#end(() => this.#settle?.reject(reason))
  }

  #end(outcome: () => void): void {
    this.#outcome ??= outcome
    if (this.#sending?.state === 'written') this.#outcome()
  }
}
