import type { BatchFacts } from './protocol.ts'

const noParams: Readonly<Record<string, string>> = Object.freeze({})
const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

/** Whose the rows of a batch are. The text is read when something asks: most handlers never do. */
export class BatchRequests {
  readonly #read: () => BatchFacts
  #facts: BatchFacts | undefined
  #ids: readonly string[] | undefined
  #queries: readonly string[] | undefined
  #traceparents: readonly string[] | undefined
  #headers: Map<string, readonly string[]> | undefined
  #requestOfRow: Uint32Array | undefined

  constructor(read: () => BatchFacts) {
    this.#read = read
  }

  get ids(): readonly string[] {
    this.#ids ??= this.facts.ids.split('\n')
    return this.#ids
  }

  get facts(): BatchFacts {
    this.#facts ??= this.#read()
    return this.#facts
  }

  get params(): Readonly<Record<string, string>> {
    return this.facts.params ?? noParams
  }

  requestId(row: number): string {
    return this.ids[this.#requestOf(row)] ?? ''
  }

  query(row: number): URLSearchParams {
    this.#queries ??= this.facts.queries?.split('\n') ?? []
    return new URLSearchParams(this.#queries[this.#requestOf(row)] ?? '')
  }

  traceparent(row: number): string | undefined {
    this.#traceparents ??= this.facts.traceparents?.split('\n') ?? []
    return this.#traceparents[this.#requestOf(row)] || undefined
  }

  header(row: number, name: string): string {
    const { headers = noHeaders } = this.facts
    this.#headers ??= new Map(Object.entries(headers).map(([known, values]) => [known, values.split('\n')]))
    return this.#headers.get(name.toLowerCase())?.[this.#requestOf(row)] ?? ''
  }

  #requestOf(row: number): number {
    const { rowCounts } = this.facts
    if (rowCounts === undefined) return row
    this.#requestOfRow ??= numberRows(rowCounts)
    return this.#requestOfRow[row]
  }
}

function numberRows(rowCounts: readonly number[]): Uint32Array {
  const requests = new Uint32Array(rowCounts.reduce((sum, count) => sum + count, 0))
  let row = 0
  for (const [request, count] of rowCounts.entries()) {
    requests.fill(request, row, row + count)
    row += count
  }
  return requests
}
