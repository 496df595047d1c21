/**
 * What one slot's thread and the main thread share beside the slabs: batches on their way to the thread, and the
 * ends of batches on their way back. One writer and one reader for each direction.
 */
const taskCountWord = 0
const endCountWord = 16
const threadAwakeWord = 32
const entriesWord = 48
const entryWords = 3

/** Word 0 of the stage's `awake` buffer, and `threadAwakeWord` here. */
const asleep = 0
const awake = 1

/** How a batch ended, as one word. */
export const batchEnd = { plain: 0, withMessage: 1, revoked: 2, passed: 3 } as const
export type BatchEnd = (typeof batchEnd)[keyof typeof batchEnd]

export interface RingEntry {
  slab: number
  generation: number
  /** For a batch: 1 when a note went ahead. For an end: see `batchEnd`. */
  flag: number
}

/** Bytes for a ring that never holds more than `depth` batches at once. */
export function ringBytes(depth: number): number {
  return (entriesWord + 2 * entryWords * powerOfTwoAbove(depth)) * Int32Array.BYTES_PER_ELEMENT
}

/** Entries written by one side and read by the other, in order. Each side makes its own over the same words. */
class Lane {
  readonly #words: Int32Array
  readonly #countWord: number
  readonly #firstWord: number
  readonly #mask: number
  /** Entries this side has written or read. A ring is made for one pair: the other side may have written already. */
  #count = 0

  constructor(words: Int32Array, countWord: number, lane: 0 | 1) {
    const size = (words.length - entriesWord) / (2 * entryWords)
    this.#words = words
    this.#countWord = countWord
    this.#firstWord = entriesWord + lane * size * entryWords
    this.#mask = size - 1
  }

  write(slab: number, generation: number, flag: number): void {
    const word = this.#firstWord + (this.#count & this.#mask) * entryWords
    this.#words[word] = slab
    this.#words[word + 1] = generation
    this.#words[word + 2] = flag
    this.#count = (this.#count + 1) | 0
    Atomics.store(this.#words, this.#countWord, this.#count)
  }

  get hasUnread(): boolean {
    return this.#count !== Atomics.load(this.#words, this.#countWord)
  }

  /** Fills `entry` with the next one; false when there is none. */
  read(entry: RingEntry): boolean {
    if (!this.hasUnread) return false
    const word = this.#firstWord + (this.#count & this.#mask) * entryWords
    entry.slab = this.#words[word]
    entry.generation = this.#words[word + 1]
    entry.flag = this.#words[word + 2]
    this.#count = (this.#count + 1) | 0
    return true
  }
}

/** Whether a side will look at its entries by itself. Both sides read and write the word. */
export class WakeWord {
  readonly #words: Int32Array
  readonly #word: number

  constructor(words: Int32Array, word: number) {
    this.#words = words
    this.#word = word
  }

  stayAwake(): void {
    Atomics.store(this.#words, this.#word, awake)
  }

  /** From here on entries need a message; the sleeper must look once more after this. */
  fallAsleep(): void {
    Atomics.store(this.#words, this.#word, asleep)
  }

  /** True for the one caller that found the side asleep: it wakes it. */
  wake(): boolean {
    return Atomics.compareExchange(this.#words, this.#word, asleep, awake) === asleep
  }
}

/**
 * One side's end of the ring. Whoever finds the other side asleep after writing sends it a message; whoever goes to
 * sleep looks once more afterwards. So no entry is missed, and a busy pair sends no messages at all.
 */
export class RingEnd {
  readonly out: Lane
  readonly in: Lane
  readonly own: WakeWord
  readonly other: WakeWord

  constructor(side: 'main' | 'thread', ring: SharedArrayBuffer, mainAwake: SharedArrayBuffer) {
    const words = new Int32Array(ring)
    const tasks = new Lane(words, taskCountWord, 0)
    const ends = new Lane(words, endCountWord, 1)
    const main = new WakeWord(new Int32Array(mainAwake), 0)
    const thread = new WakeWord(words, threadAwakeWord)
    this.out = side === 'main' ? tasks : ends
    this.in = side === 'main' ? ends : tasks
    this.own = side === 'main' ? main : thread
    this.other = side === 'main' ? thread : main
  }
}

function powerOfTwoAbove(count: number): number {
  return 2 ** Math.ceil(Math.log2(count + 1))
}
