/** Names outside the top are counted, so that one that is used more than one inside can take its place. */
const candidatesPerPlace = 8
/** How often a name outside is used between two looks whether it should come in. */
const usesPerLook = 64

export interface TopSeriesParts<Series> {
  /** Names that have a series of their own. */
  readonly limit: number
  readonly create: () => Series
  /** Adds a series that loses its place to the one that stands for the rest. */
  readonly fold: (into: Series, series: Series) => void
}

interface Place<Series> {
  readonly series: Series
  uses: number
}

/** A series for each of the names that are used most, and one for the rest: names that clients choose cost a bounded place. */
export class TopSeries<Series> {
  /** Stands for what is not among the top. */
  static readonly restName = '(other)'
  readonly #parts: TopSeriesParts<Series>
  readonly #top = new Map<string, Place<Series>>()
  readonly #candidates = new Map<string, number>()
  #rest: Series | undefined

  constructor(parts: TopSeriesParts<Series>) {
    this.#parts = parts
  }

  get(name: string): Series {
    const place = this.#top.get(name)
    if (place !== undefined) {
      place.uses++
      return place.series
    }
    return this.#top.size < this.#parts.limit ? this.#add(name, 1) : this.#outside(name)
  }

  *entries(): Generator<readonly [name: string, series: Series]> {
    for (const [name, { series }] of this.#top) yield [name, series]
    if (this.#rest !== undefined) yield [TopSeries.restName, this.#rest]
  }

  #add(name: string, uses: number): Series {
    const series = this.#parts.create()
    this.#top.set(name, { series, uses })
    return series
  }

  #outside(name: string): Series {
    const uses = (this.#candidates.get(name) ?? 0) + 1
    if (uses % usesPerLook === 0 && this.#takePlaceOfLeast(uses)) {
      this.#candidates.delete(name)
      return this.#add(name, uses)
    }
    if (this.#candidates.size >= this.#parts.limit * candidatesPerPlace) this.#candidates.clear()
    this.#candidates.set(name, uses)
    this.#rest ??= this.#parts.create()
    return this.#rest
  }

  #takePlaceOfLeast(uses: number): boolean {
    const [least] = [...this.#top].sort(([, one], [, other]) => one.uses - other.uses)
    if (least === undefined || least[1].uses >= uses) return false
    this.#rest ??= this.#parts.create()
    this.#parts.fold(this.#rest, least[1].series)
    return this.#top.delete(least[0])
  }
}
