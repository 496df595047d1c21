/** Numbers that look random and are the same for the same seed, on every machine. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** At least 0, less than 1. */
  next(): number {
    // A Weyl sequence, its bits mixed: each number depends on its place only.
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }

  /** From `-bound` to `bound`. */
  numbers(count: number, bound: number): Float32Array {
    return Float32Array.from({ length: count }, () => (this.next() * 2 - 1) * bound)
  }
}
