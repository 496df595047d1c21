import type { Charge, MemoryLedger } from './memory-ledger.ts'

/** Shared memory for the rows of one block, and what it is charged for. */
export interface BlockLoan {
  readonly buffer: SharedArrayBuffer
  readonly charge: Charge
  /** Gives the buffer back for other blocks. The charge is its holder's: rows may live on in the stages' memory. */
  returnBuffer(): void
}

/** A used buffer stands in for one that is at least half as large. */
const maxWaste = 2

/** Lends shared memory to readers. Buffers are used again: new ones would have to be zeroed, page by page. */
export class BlockMemory {
  readonly #ledger: MemoryLedger
  readonly #bytesPerInputByte: number
  readonly #free: SharedArrayBuffer[] = []

  /** `bytesPerInputByte`: what a byte that is read comes to, the stages' columns and the writer's included. */
  constructor(ledger: MemoryLedger, bytesPerInputByte: number) {
    this.#ledger = ledger
    this.#bytesPerInputByte = bytesPerInputByte
  }

  async lend(byteLength: number, signal: AbortSignal): Promise<BlockLoan> {
    const charge = await this.#ledger.acquire(Math.ceil(byteLength * this.#bytesPerInputByte), signal)
    const buffer = this.#reuse(byteLength) ?? new SharedArrayBuffer(byteLength)
    let isLent = true
    return {
      buffer,
      charge,
      returnBuffer: () => {
        if (isLent) this.#keep(buffer)
        isLent = false
      },
    }
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
    const inUse = this.#ledger.batchesOn('read') + this.#ledger.batchesOn('stages')
    if (this.#free.length + inUse > this.#ledger.limits.maxBatches) this.#free.shift()
  }
}
