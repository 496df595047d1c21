/** Places of an octave: a bucket is a thirty-second of its lower bound wide, so its middle is at most 1.6 % off. */
const places = 32
const placeBits = 5
/** The unit in which times are counted, a power of two below a millisecond: bounds of 2^k ms then lie between buckets. */
const unitsPerMs = 8192
/** Beyond this, which is two minutes, bit shifts find no place any more: times are then counted in larger units. */
const maxUnits = 0x3fffffff
const largeBits = 15
const octaveCount = 31 - placeBits + largeBits + 1

/** Finite upper bounds for an exposition, in milliseconds: 1 ms · 2^k, from 62.5 µs to the first that is `maxMs` or more. */
export function millisecondBounds(maxMs: number): readonly number[] {
  const last = Math.max(0, Math.ceil(Math.log2(maxMs)))
  return Array.from({ length: last + 5 }, (_, index) => 2 ** (index - 4))
}

/**
 * How long things took. Adding is a few operations on whole numbers; memory is taken for the octaves that occur. A
 * quantile is within 2 % of the true one above 4 µs, and counts up to a bound of 2^k ms are exact.
 */
export class LogHistogram {
  readonly #octaves: (Float64Array | undefined)[] = new Array<Float64Array | undefined>(octaveCount).fill(undefined)
  #count = 0
  #sumMs = 0

  get count(): number {
    return this.#count
  }

  get sumMs(): number {
    return this.#sumMs
  }

  add(ms: number): void {
    let units = Math.ceil(ms * unitsPerMs) - 1
    let large = 0
    if (!(units > 0)) units = 0
    else if (units > maxUnits) {
      units = Math.min(maxUnits, Math.floor(units / 2 ** largeBits))
      large = largeBits
    }
    const octave = units < places ? 0 : 32 - Math.clz32(units) - placeBits
    const place = octave === 0 ? units : (units >>> (octave - 1)) & (places - 1)
    this.#octave(octave + large)[place]++
    this.#count++
    this.#sumMs += ms
  }

  /** Adds all that another has counted. */
  merge(other: LogHistogram): void {
    for (const [octave, counts] of other.#octaves.entries()) {
      if (counts === undefined) continue
      const own = this.#octave(octave)
      for (let place = 0; place < places; place++) own[place] += counts[place]
    }
    this.#count += other.#count
    this.#sumMs += other.#sumMs
  }

  /** Counts up to each bound, and one more for what is beyond the last. Bounds are ascending milliseconds. */
  countsBy(bounds: readonly number[]): number[] {
    const counts = new Array<number>(bounds.length + 1).fill(0)
    let bound = 0
    for (const { upToMs, count } of this.#buckets()) {
      while (bound < bounds.length && upToMs > bounds[bound]) bound++
      counts[bound] += count
    }
    return counts
  }

  /** The value below which this share of all lies, in milliseconds; 0 where nothing was counted. */
  quantileMs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const { fromMs, upToMs, count } of this.#buckets()) {
      seen += count
      if (seen >= rank) return (fromMs + upToMs) / 2
    }
    return 0
  }

  *#buckets(): Generator<{ readonly fromMs: number; readonly upToMs: number; readonly count: number }> {
    for (const [octave, counts] of this.#octaves.entries()) {
      if (counts === undefined) continue
      const width = 2 ** Math.max(0, octave - 1) / unitsPerMs
      const first = octave === 0 ? 0 : places
      for (let place = 0; place < places; place++) {
        if (counts[place] === 0) continue
        const fromMs = (first + place) * width
        yield { fromMs, upToMs: fromMs + width, count: counts[place] }
      }
    }
  }

  #octave(octave: number): Float64Array {
    const known = this.#octaves[octave]
    if (known !== undefined) return known
    const counts = new Float64Array(places)
    this.#octaves[octave] = counts
    return counts
  }
}
