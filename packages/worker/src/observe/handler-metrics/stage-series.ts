import { type MetricKind, SeriesMemory, type SeriesValues } from './series-memory.ts'

/** One series of a stage's handler, over its threads. */
export interface HandlerSeries {
  readonly kind: MetricKind
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** As in the memory of one thread: see series-memory.ts. */
  readonly values: readonly number[]
}

interface SlotSeries {
  readonly slot: number
  readonly memory: SeriesMemory
  readonly series: SeriesValues[]
}

/** The main thread's side: adds up what the threads of a stage have counted. A gauge stays each thread's own. */
export class StageSeries {
  readonly #slots: readonly SlotSeries[]

  /** Slots are numbered from 1, in the order of the buffers. */
  constructor(buffers: readonly SharedArrayBuffer[], byteOffset: number) {
    this.#slots = buffers.map((buffer, index) => {
      return { slot: index + 1, memory: new SeriesMemory(buffer, byteOffset), series: [] }
    })
  }

  /** Series that found no place, over all threads. */
  get dropped(): number {
    return this.#slots.reduce((sum, { memory }) => sum + memory.dropped, 0)
  }

  read(): readonly HandlerSeries[] {
    const all = new Map<string, { -readonly [Key in keyof HandlerSeries]: HandlerSeries[Key] }>()
    for (const { slot, memory, series } of this.#slots) {
      series.push(...memory.news())
      for (const { kind, name, labels: given, values } of series) {
        const labels = kind === 'gauge' ? { ...given, slot: String(slot) } : given
        const names = Object.keys(labels).sort()
        const key = JSON.stringify([kind, name, names.map((label) => [label, labels[label]])])
        const sum = all.get(key)
        if (sum === undefined) all.set(key, { kind, name, labels, values: Array.from(values) })
        else sum.values = sum.values.map((value, place) => value + values[place])
      }
    }
    return [...all.values()]
  }
}
