import { type HistogramName, type LabelsOf, type MetricName, metricTable, type ScalarName } from './metric-table.ts'

/** Counts by bucket, one more for what is over the last bound, and the sum of what was observed. */
export interface Histogram {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

/** Collects the values of one scrape and writes them in Prometheus' text format, one family after another. */
export class Exposition {
  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'
  readonly #families = new Map<MetricName, string[]>()

  set<Name extends ScalarName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#family(name).push(`${name}${block(labels)} ${number(value)}`)
  }

  setHistogram<Name extends HistogramName>(
    name: Name,
    labels: LabelsOf<Name>,
    { bounds, counts, sum }: Histogram,
  ): void {
    const family = this.#family(name)
    let count = 0
    counts.forEach((inBucket, index) => {
      count += inBucket
      const le = index < bounds.length ? number(bounds[index]) : '+Inf'
      family.push(`${name}_bucket${block({ ...labels, le })} ${count}`)
    })
    family.push(`${name}_sum${block(labels)} ${number(sum)}`, `${name}_count${block(labels)} ${count}`)
  }

  render(): string {
    let text = ''
    for (const [name, lines] of this.#families) {
      const { help, type } = metricTable[name]
      text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`
    }
    return text
  }

  #family(name: MetricName): string[] {
    const lines = this.#families.get(name) ?? []
    this.#families.set(name, lines)
    return lines
  }
}

function block(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
