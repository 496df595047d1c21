/**
 * The metrics of one thread's handler in memory that the main thread reads: a directory, one JSON text a line, that only
 * grows, and a number or several for each line of it. It outlives the thread: the next one goes on where it stopped.
 */
const publishedWord = 0
const droppedWord = 1
const headBytes = 64
const directoryBytes = 32 * 1024
const valueCount = 8 * 1024

export const seriesMemoryBytes = headBytes + directoryBytes + valueCount * Float64Array.BYTES_PER_ELEMENT

/** Upper bounds of a handler's histogram. */
export const handlerBounds: readonly number[] = Array.from({ length: 24 }, (_, index) => 2 ** (index - 10))

export type MetricKind = 'counter' | 'gauge' | 'histogram'

/** How many numbers a series takes; a histogram's are its counts, one for what is beyond the last bound, and the sum. */
export const placesOf: Readonly<Record<MetricKind, number>> = {
  counter: 1,
  gauge: 1,
  histogram: handlerBounds.length + 2,
}

/** A line of the directory. */
export interface SeriesEntry {
  readonly kind: MetricKind
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

export interface SeriesValues extends SeriesEntry {
  readonly values: Float64Array
}

/** Both sides' view of that memory; only the thread adds to it. */
export class SeriesMemory {
  readonly #words: Int32Array
  readonly #directory: Uint8Array
  readonly #values: Float64Array
  #readBytes = 0
  #usedPlaces = 0

  constructor(shared: SharedArrayBuffer, byteOffset: number) {
    this.#words = new Int32Array(shared, byteOffset, headBytes / Int32Array.BYTES_PER_ELEMENT)
    this.#directory = new Uint8Array(shared, byteOffset + headBytes, directoryBytes)
    this.#values = new Float64Array(shared, byteOffset + headBytes + directoryBytes, valueCount)
  }

  /** Series that found no place. */
  get dropped(): number {
    return Atomics.load(this.#words, droppedWord)
  }

  /** The numbers of a new series; `undefined` where there is no place for it. */
  add(entry: SeriesEntry): Float64Array | undefined {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    const places = placesOf[entry.kind]
    const at = Atomics.load(this.#words, publishedWord)
    if (at + line.byteLength > directoryBytes || this.#usedPlaces + places > valueCount) {
      Atomics.add(this.#words, droppedWord, 1)
      return undefined
    }
    this.#directory.set(line, at)
    Atomics.store(this.#words, publishedWord, at + line.byteLength)
    this.#readBytes = at + line.byteLength
    return this.#take(places)
  }

  /** The series that were added since this was last asked. */
  news(): SeriesValues[] {
    const published = Atomics.load(this.#words, publishedWord)
    const text = Buffer.from(this.#directory.subarray(this.#readBytes, published)).toString('utf8')
    this.#readBytes = published
    const lines = text.split('\n').filter((line) => line !== '')
    return lines.map((line) => {
      const entry: SeriesEntry = JSON.parse(line)
      return { ...entry, values: this.#take(placesOf[entry.kind]) }
    })
  }

  #take(places: number): Float64Array {
    const values = this.#values.subarray(this.#usedPlaces, this.#usedPlaces + places)
    this.#usedPlaces += places
    return values
  }
}
