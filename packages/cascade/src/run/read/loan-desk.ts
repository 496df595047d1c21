import { performance } from 'node:perf_hooks'
import type { MessagePort } from 'node:worker_threads'
import { PipelineError } from '@redesmyn/core'
import type { FromReader, ToReader } from './read-messages.ts'

interface Wish<T> {
  grant(granted: T): void
  refuse(reason: unknown): void
}

/** The reader's side of the memory that the main thread lends: asks for it, waits, and knows which is which. */
export class LoanDesk {
  readonly #port: MessagePort
  readonly #controller = new AbortController()
  /** In the order of the asking, which is that of the answers. */
  readonly #wishes: Wish<SharedArrayBuffer>[] = []
  readonly #holds: Wish<void>[] = []
  readonly #loans = new Map<SharedArrayBuffer, number>()
  #waitedMs = 0

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (message: ToReader) => {
      if (message.kind === 'abort') return this.#abort()
      if (message.kind === 'held') return this.#holds.shift()?.grant()
      this.#loans.set(message.buffer, message.loan)
      this.#wishes.shift()?.grant(message.buffer)
    })
    // The main thread closes the port when nobody waits for the part any more.
    port.on('close', () => this.#abort())
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** How long the reader stood still for want of memory. */
  get waitedMs(): number {
    return this.#waitedMs
  }

  async borrow(byteLength: number): Promise<SharedArrayBuffer> {
    return await this.#ask({ kind: 'allocate', byteLength }, this.#wishes)
  }

  async hold(byteLength: number): Promise<void> {
    await this.#ask({ kind: 'hold', byteLength }, this.#holds)
  }

  async keep(byteLength: number): Promise<void> {
    await this.#ask({ kind: 'keep', byteLength }, this.#holds)
  }

  /** Number of the loan; the memory is the main thread's again. */
  loanOf(buffer: SharedArrayBuffer): number {
    const loan = this.#loans.get(buffer)
    if (loan === undefined) throw new PipelineError('INTERNAL', 'a block lies in memory that was not lent for it')
    this.#loans.delete(buffer)
    return loan
  }

  close(): void {
    this.#port.close()
  }

  async #ask<T>(message: FromReader, wishes: Wish<T>[]): Promise<T> {
    this.signal.throwIfAborted()
    const askedMs = performance.now()
    this.#port.postMessage(message)
    const granted = await new Promise<T>((grant, refuse) => void wishes.push({ grant, refuse }))
    this.#waitedMs += performance.now() - askedMs
    return granted
  }

  #abort(): void {
    this.#controller.abort(new PipelineError('RUN_INTERRUPTED', 'the part is not wanted any more'))
    for (const wish of [...this.#wishes.splice(0), ...this.#holds.splice(0)]) wish.refuse(this.signal.reason)
  }
}
