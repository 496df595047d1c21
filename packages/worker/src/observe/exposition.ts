import {
  defaultPrefix,
  type HistogramName,
  type LabelsOf,
  type MetricMeaning,
  type MetricName,
  metricTable,
  type ScalarName,
} from './metric-table.ts'

/** Counts by bucket, one more for what is over the last bound, and the sum of what was observed. */
export interface Histogram {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

type Labels = Readonly<Record<string, string>>

interface Family {
  readonly type: MetricMeaning['type']
  readonly help: string
  readonly lines: string[]
}

/** Collects the values of one scrape and writes them in Prometheus' text format, one family after another. */
export class Exposition {
  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'
  readonly #prefix: string
  readonly #families = new Map<string, Family>()

  /** `prefix` stands in the place of the one that our metrics have in the table. */
  constructor(prefix = defaultPrefix) {
    this.#prefix = prefix
  }

  set<Name extends ScalarName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    const full = this.#nameOf(name)
    this.#family(full, metricTable[name])?.lines.push(sample(full, labels, value))
  }

  setHistogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, histogram: Histogram): void {
    const full = this.#nameOf(name)
    this.#family(full, metricTable[name])?.lines.push(...samples(full, labels, histogram))
  }

  /** A series of a metric that is not in the table. Passed over where the name has another type already. */
  setOther(
    name: string,
    meaning: Pick<MetricMeaning, 'type' | 'help'>,
    labels: Labels,
    value: number | Histogram,
  ): void {
    const lines = typeof value === 'number' ? [sample(name, labels, value)] : samples(name, labels, value)
    this.#family(name, meaning)?.lines.push(...lines)
  }

  render(): string {
    let text = ''
    for (const [name, { help, type, lines }] of this.#families) {
      text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`
    }
    return text
  }

  #nameOf(name: MetricName): string {
    return name.startsWith(defaultPrefix) ? this.#prefix + name.slice(defaultPrefix.length) : name
  }

  #family(name: string, { type, help }: Pick<MetricMeaning, 'type' | 'help'>): Family | undefined {
    const known = this.#families.get(name)
    if (known !== undefined) return known.type === type ? known : undefined
    const family = { type, help, lines: [] }
    this.#families.set(name, family)
    return family
  }
}

function samples(name: string, labels: Labels, { bounds, counts, sum }: Histogram): string[] {
  let count = 0
  const buckets = counts.map((inBucket, index) => {
    count += inBucket
    const le = index < bounds.length ? number(bounds[index]) : '+Inf'
    return sample(`${name}_bucket`, { ...labels, le }, count)
  })
  return [...buckets, sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count)]
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${number(value)}`
}

function escape(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

function escapeHelp(help: string): string {
  return help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
