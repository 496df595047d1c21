/** What a batch takes while it is on its way through a run. */
export interface Charge {
  readonly bytes: number
  /** From now on the bytes are those of another edge. */
  moveTo(edge: Edge): void
  /** What is known to be there now: more or less than was asked for. Never waits. */
  resize(bytes: number): void
  /** To be called once; further calls do nothing. */
  release(): void
}

/** Between which two steps of a run a batch is: read and not yet taken, in the stages, or out of them and not yet in a file. */
export type Edge = 'read' | 'stages' | 'write'

export interface LedgerLimits {
  readonly budgetBytes: number
  readonly maxBatches: number
}

interface Waiter {
  readonly bytes: number
  admit(charge: Charge): void
}

/**
 * Keeps account of every batch of a run. Who asks for more than there is waits, first come first served; only what is
 * larger than the whole budget may go alone, so that one giant row does not stop a run for ever.
 */
export class MemoryLedger {
  readonly limits: LedgerLimits
  readonly #bytes: Record<Edge, number> = { read: 0, stages: 0, write: 0 }
  readonly #totals: Record<Edge, number> = { read: 0, stages: 0, write: 0 }
  readonly #batches: Record<Edge, number> = { read: 0, stages: 0, write: 0 }
  readonly #waiters: Waiter[] = []
  #peakBytes = 0

  constructor(limits: LedgerLimits) {
    this.limits = limits
  }

  get usedBytes(): number {
    return this.#bytes.read + this.#bytes.stages + this.#bytes.write
  }

  /** The most that was used at any time. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  /** Whether somebody waits for room. */
  get isShort(): boolean {
    return this.#waiters.length > 0
  }

  bytesOn(edge: Edge): number {
    return this.#bytes[edge]
  }

  /** All that ever went over the edge. */
  totalBytesOn(edge: Edge): number {
    return this.#totals[edge]
  }

  batchesOn(edge: Edge): number {
    return this.#batches[edge]
  }

  /** A charge on the edge `read`, once there is room for it. Rejects with the signal's reason. */
  acquire(bytes: number, signal: AbortSignal): Promise<Charge> {
    signal.throwIfAborted()
    if (this.#waiters.length === 0 && this.#hasRoom(bytes)) return Promise.resolve(this.#charge(bytes))
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        admit: (charge) => {
          signal.removeEventListener('abort', giveUp)
          resolve(charge)
        },
      }
      const giveUp = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(signal.reason)
        // Who stood behind may fit where this one did not.
        this.#admit()
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiters.push(waiter)
    })
  }

  /** A charge on the edge `read`, whether there is room for it or not. */
  take(bytes: number): Charge {
    return this.#charge(bytes)
  }

  #hasRoom(bytes: number): boolean {
    const { budgetBytes, maxBatches } = this.limits
    const batches = this.#batches.read + this.#batches.stages + this.#batches.write
    return batches === 0 || (batches < maxBatches && this.usedBytes + bytes <= budgetBytes)
  }

  #charge(bytes: number): Charge {
    const charge = new OpenCharge(bytes, (edge, addedBytes, addedBatches) => {
      this.#bytes[edge] += addedBytes
      this.#batches[edge] += addedBatches
      this.#totals[edge] += Math.max(0, addedBytes)
      this.#peakBytes = Math.max(this.#peakBytes, this.usedBytes)
      if (addedBytes < 0 || addedBatches < 0) this.#admit()
    })
    return charge
  }

  #admit(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      if (!this.#hasRoom(waiter.bytes)) return
      this.#waiters.shift()
      waiter.admit(this.#charge(waiter.bytes))
    }
  }
}

type Account = (edge: Edge, bytes: number, batches: number) => void

class OpenCharge implements Charge {
  readonly #account: Account
  #edge: Edge | undefined = 'read'
  #bytes: number

  constructor(bytes: number, account: Account) {
    this.#bytes = bytes
    this.#account = account
    account('read', bytes, 1)
  }

  get bytes(): number {
    return this.#bytes
  }

  moveTo(edge: Edge): void {
    const from = this.#edge
    if (from === undefined || from === edge) return
    this.#edge = edge
    // Arrives before it leaves: between the two nobody may think that there is room.
    this.#account(edge, this.#bytes, 1)
    this.#account(from, -this.#bytes, -1)
  }

  resize(bytes: number): void {
    if (this.#edge === undefined || bytes === this.#bytes) return
    const added = bytes - this.#bytes
    this.#bytes = bytes
    this.#account(this.#edge, added, 0)
  }

  release(): void {
    const from = this.#edge
    if (from === undefined) return
    this.#edge = undefined
    this.#account(from, -this.#bytes, -1)
  }
}
