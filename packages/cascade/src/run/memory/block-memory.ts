import { releaseOnce } from '@redesmyn/worker'
import type { Charge, KeptCharge } from './charge.ts'
import type { MemoryLedger } from './memory-ledger.ts'

/** Shared memory for the rows of one block, and what it is charged for. */
export interface BlockLoan {
  readonly buffer: SharedArrayBuffer
  readonly charge: Charge
  /** Gives the buffer back for other blocks. The charge is its holder's: rows may live on in the stages' memory. */
  returnBuffer(): void
}

export interface BlockShape {
  /** Bytes of a full batch as it is read: what room for readers and writers was planned for. */
  readonly batchBytes: number
  /** What a byte that is read comes to, the stages' columns included. */
  readonly bytesPerInputByte: number
}

/**
 * Of a block that is larger than planned, the rest lies in its reader (as it stands in the file, and in columns that
 * grow) and in its writer as well.
 */
const copiesBesides = 3
/** A used buffer stands in for one that is at least half as large. */
const maxWaste = 2

/** Lends shared memory to readers. Buffers are used again: new ones would have to be zeroed, page by page. */
export class BlockMemory {
  readonly #ledger: MemoryLedger
  readonly #shape: BlockShape
  readonly #free: SharedArrayBuffer[] = []
  /** Fewer than there are blocks on the way: a block's rows are often given back before what came of them is written. */
  #lentCount = 0

  constructor(ledger: MemoryLedger, shape: BlockShape) {
    this.#ledger = ledger
    this.#shape = shape
  }

  /** Once there is room for it. Rejects with the signal's reason. */
  async lend(byteLength: number, signal: AbortSignal): Promise<BlockLoan> {
    return this.#loan(byteLength, await this.#ledger.acquire(this.#bytesOnItsWay(byteLength), signal))
  }

  /** The same for a reader that keeps something, before all others. */
  async lendFirst(byteLength: number, signal: AbortSignal): Promise<BlockLoan> {
    return this.#loan(byteLength, await this.#ledger.acquireFirst(this.#bytesOnItsWay(byteLength), signal))
  }

  /** For what a reader keeps beside its blocks. Rejects with the signal's reason. */
  async keep(byteLength: number, signal: AbortSignal): Promise<KeptCharge> {
    return await this.#ledger.keep(byteLength, signal)
  }

  /** Whether there is room or not. */
  lendAtOnce(byteLength: number): BlockLoan {
    return this.#loan(byteLength, this.#ledger.take(this.#bytesOnItsWay(byteLength)))
  }

  /** Whether a block is larger than readers and writers were given room for. */
  isUnplanned(byteLength: number): boolean {
    return byteLength > this.#shape.batchBytes
  }

  /** A charge for a block that is still being read, of which this much is there, once there is room for all it comes to. */
  async hold(byteLength: number, signal: AbortSignal): Promise<Charge> {
    return await this.#ledger.acquire(this.#bytesOnItsWay(byteLength), signal)
  }

  resizeHeld(held: Charge, byteLength: number): void {
    held.resize(this.#bytesOnItsWay(byteLength))
  }

  /** For a block that was held until here. */
  lendHeld(byteLength: number, held: Charge): BlockLoan {
    this.resizeHeld(held, byteLength)
    return this.#loan(byteLength, held)
  }

  #loan(byteLength: number, charge: Charge): BlockLoan {
    const buffer = this.#reuse(byteLength) ?? new SharedArrayBuffer(byteLength)
    this.#lentCount += 1
    return { buffer, charge, returnBuffer: releaseOnce(() => this.#keep(buffer)) }
  }

  #bytesOnItsWay(byteLength: number): number {
    const { batchBytes, bytesPerInputByte } = this.#shape
    const unplanned = Math.max(0, byteLength - batchBytes)
    return Math.ceil(byteLength * bytesPerInputByte + unplanned * copiesBesides)
  }

  #reuse(byteLength: number): SharedArrayBuffer | undefined {
    const place = this.#free.findIndex((free) => {
      return free.byteLength >= byteLength && free.byteLength <= byteLength * maxWaste
    })
    return place < 0 ? undefined : this.#free.splice(place, 1)[0]
  }

  /** As many as may be in use at once; the oldest goes, so that a change of size is followed. */
  #keep(buffer: SharedArrayBuffer): void {
    this.#free.push(buffer)
    this.#lentCount -= 1
    if (this.#free.length + this.#lentCount > this.#ledger.limits.maxBatches) this.#free.shift()
  }
}
