/** Counts the bytes set aside for bodies that are still arriving, over all connections of a front end. */
export class BodyBudget {
  readonly maxBytes: number
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** A body larger than the whole budget is let in when no other is arriving, or it could never be served. */
  claim(bytes: number): boolean {
    if (this.#usedBytes > 0 && this.#usedBytes + bytes > this.maxBytes) return false
    this.#usedBytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes
  }
}
