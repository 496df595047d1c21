import { type Charge, type Edge, type KeptCharge, OpenCharge } from './charge.ts'

export interface LedgerLimits {
  readonly budgetBytes: number
  readonly maxBatches: number
}

/** What somebody waits for: taken at once when it fits, so that nobody else can come between. */
interface Wish<T> {
  readonly fits: () => boolean
  readonly take: () => T
}

interface Waiter {
  readonly fits: () => boolean
  readonly admit: () => void
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
  #keptBytes = 0
  #peakBytes = 0

  constructor(limits: LedgerLimits) {
    this.limits = limits
  }

  get usedBytes(): number {
    return this.#bytes.read + this.#bytes.stages + this.#bytes.write + this.#keptBytes
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
    return this.#wait(this.#batchOf(bytes), 'last', signal)
  }

  /**
   * The same for a reader that keeps something, before all who wait: what it keeps may be what they wait for. While no batch
   * is on the way there is room for one, whatever is kept.
   */
  acquireFirst(bytes: number, signal: AbortSignal): Promise<Charge> {
    return this.#wait(this.#batchOf(bytes), 'first', signal)
  }

  /** For what stays with a reader while its batches go, once there is room for it. Rejects with the signal's reason. */
  keep(bytes: number, signal: AbortSignal): Promise<KeptCharge> {
    const fits = (): boolean => this.usedBytes === 0 || this.usedBytes + bytes <= this.limits.budgetBytes
    return this.#wait({ fits, take: () => this.#keep(bytes) }, 'last', signal)
  }

  /** A charge on the edge `read`, whether there is room for it or not. */
  take(bytes: number): Charge {
    return this.#charge(bytes)
  }

  #batchOf(bytes: number): Wish<Charge> {
    return { fits: () => this.#hasRoom(bytes), take: () => this.#charge(bytes) }
  }

  #wait<T>({ fits, take }: Wish<T>, place: 'first' | 'last', signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    if (fits() && (place === 'first' || this.#waiters.length === 0)) return Promise.resolve(take())
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        fits,
        admit: () => {
          signal.removeEventListener('abort', giveUp)
          resolve(take())
        },
      }
      const giveUp = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(signal.reason)
        // Who stood behind may fit where this one did not.
        this.#admit()
      }
      signal.addEventListener('abort', giveUp, { once: true })
      if (place === 'first') this.#waiters.unshift(waiter)
      else this.#waiters.push(waiter)
    })
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

  #keep(bytes: number): KeptCharge {
    let kept = 0
    const resize = (next: number): void => {
      this.#keptBytes += next - kept
      this.#peakBytes = Math.max(this.#peakBytes, this.usedBytes)
      const isLess = next < kept
      kept = next
      if (isLess) this.#admit()
    }
    resize(bytes)
    return { resize, release: () => resize(0) }
  }

  #admit(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      if (!waiter.fits()) return
      this.#waiters.shift()
      waiter.admit()
    }
  }
}
