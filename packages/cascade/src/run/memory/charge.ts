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

/** What a reader keeps beside its batches. Neither waits. */
export interface KeptCharge {
  resize(bytes: number): void
  /** To be called once; further calls do nothing. */
  release(): void
}

/** Between which two steps of a run a batch is: read and not yet taken, in the stages, or out of them and not yet in a file. */
export type Edge = 'read' | 'stages' | 'write'

/** Told of each change: more or fewer bytes and batches on an edge. */
type Account = (edge: Edge, bytes: number, batches: number) => void

/** A charge that tells its ledger what becomes of it. */
export class OpenCharge implements Charge {
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
