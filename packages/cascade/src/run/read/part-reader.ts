import { MessageChannel } from 'node:worker_threads'
import { fromErrorData, PipelineError } from '@redesmyn/core'
import type { ReadBlock } from '../../source/source-format.ts'
import type { BlockLoan, BlockMemory } from '../memory/block-memory.ts'
import type { Charge, KeptCharge } from '../memory/charge.ts'
import type { FileThreads } from '../execute/file-threads.ts'
import type { FromReader, ReadTask, ReadTimes, ToReader } from './read-messages.ts'

export interface PartReaderParts {
  readonly threads: FileThreads
  readonly memory: BlockMemory
  readonly task: Omit<ReadTask, 'port'>
  /** A block in the order of the part; whoever takes it gives the loan back. */
  onBlock(block: ReadBlock, loan: BlockLoan): void
  onSpent(times: ReadTimes): void
}

/** Has one part read by a thread: lends it memory, and passes its blocks on. */
export class PartReader {
  readonly #parts: PartReaderParts
  readonly #loans = new Map<number, BlockLoan>()
  /** For a long record of which the reader keeps what it has of it. */
  #held: Charge | undefined
  /** For batches of a stream of which some rows are in no block yet. */
  #kept: KeptCharge | undefined
  #nextLoan = 1
  #isOver = false

  constructor(parts: PartReaderParts) {
    this.#parts = parts
  }

  /** Resolves when every block was passed on; rejects with what the reader met, or the signal's reason. */
  async read(signal: AbortSignal): Promise<void> {
    const { port1: port, port2 } = new MessageChannel()
    const send = (message: ToReader): void => port.postMessage(message)
    const abort = (): void => send({ kind: 'abort' })
    signal.addEventListener('abort', abort, { once: true })
    try {
      const told = new Promise<void>((resolve, reject) => {
        port.on('message', (message: FromReader) => {
          switch (message.kind) {
            case 'allocate':
              return void this.#lend(message.byteLength, signal, send).catch(reject)
            case 'hold':
              return void this.#hold(message.byteLength, signal, send).catch(reject)
            case 'keep':
              return void this.#keep(message.byteLength, signal, send).catch(reject)
            case 'block':
              this.#parts.onSpent(message.spent)
              return this.#pass(message.block, message.loan)
            case 'ended':
              this.#parts.onSpent(message.spent)
              return resolve()
            case 'failed':
              return reject(signal.aborted ? signal.reason : fromErrorData(message.error))
          }
        })
      })
      const ran = this.#parts.threads.run({ ...this.#parts.task, port: port2 }, { transferList: [port2] })
      // The thread tells everything on the port; its task's own end matters only when it dies.
      await Promise.race([told, ran.then(() => told, rejectAsLost)])
    } finally {
      signal.removeEventListener('abort', abort)
      port.close()
      this.#isOver = true
      for (const loan of this.#loans.values()) giveBack(loan)
      this.#held?.release()
      this.#kept?.release()
    }
  }

  async #lend(byteLength: number, signal: AbortSignal, send: (message: ToReader) => void): Promise<void> {
    const loan = await this.#loanFor(byteLength, signal)
    if (this.#isOver) return giveBack(loan)
    const number = this.#nextLoan++
    this.#loans.set(number, loan)
    send({ kind: 'memory', loan: number, buffer: loan.buffer })
  }

  /** Who holds a long record waits for nobody: it would stand in its own way. */
  async #loanFor(byteLength: number, signal: AbortSignal): Promise<BlockLoan> {
    const { memory } = this.#parts
    const held = this.#held
    if (this.#kept !== undefined) return await memory.lendFirst(byteLength, signal)
    if (held === undefined) return await memory.lend(byteLength, signal)
    if (!memory.isUnplanned(byteLength)) return memory.lendAtOnce(byteLength)
    this.#held = undefined
    return memory.lendHeld(byteLength, held)
  }

  async #hold(byteLength: number, signal: AbortSignal, send: (message: ToReader) => void): Promise<void> {
    const { memory } = this.#parts
    if (byteLength === 0) {
      this.#held?.release()
      this.#held = undefined
    } else if (this.#held === undefined) {
      const held = await memory.hold(byteLength, signal)
      if (this.#isOver) return held.release()
      this.#held = held
    } else memory.resizeHeld(this.#held, byteLength)
    send({ kind: 'held' })
  }

  async #keep(byteLength: number, signal: AbortSignal, send: (message: ToReader) => void): Promise<void> {
    if (byteLength === 0) {
      this.#kept?.release()
      this.#kept = undefined
    } else if (this.#kept === undefined) {
      const kept = await this.#parts.memory.keep(byteLength, signal)
      if (this.#isOver) return kept.release()
      this.#kept = kept
    } else this.#kept.resize(byteLength)
    send({ kind: 'held' })
  }

  #pass(block: ReadBlock, number: number): void {
    const loan = this.#loans.get(number)
    if (loan === undefined) throw new PipelineError('INTERNAL', `a reader named loan ${number}, which is not open`)
    this.#loans.delete(number)
    this.#parts.onBlock(block, loan)
  }
}

function giveBack(loan: BlockLoan): void {
  loan.returnBuffer()
  loan.charge.release()
}

function rejectAsLost(cause: unknown): never {
  throw new PipelineError('SOURCE_FAILED', 'the thread that read a part has ended', { cause })
}
