/** A sample of a scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*/
const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped']

/**
 * Reads Prometheus' text format as strictly as promtool checks it: HELP and TYPE once and before the samples, families in
 * one piece, no sample twice, counters that are called so, histograms whose buckets rise to their count. Throws otherwise.
 */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, { name: string; type: string; help: string; samples: Sample[] }>()
  const seen = new Set<string>()
  let open: { name: string; type: string; help: string; samples: Sample[] } | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP (\S+) (.*)$/.exec(line)
    if (help !== null) {
      const [, name = '', said = ''] = help
      if (families.has(name)) throw new Error(`a second HELP of ${name}`)
      if (/\\(?![\\n])/.test(said)) throw new Error(`bad escape in the HELP of ${name}`)
      open = { name, type: '', help: said, samples: [] }
      families.set(name, open)
      continue
    }
    const type = /^# TYPE (\S+) (\S+)$/.exec(line)
    if (type !== null) {
      const [, name = '', word = ''] = type
      if (open?.name !== name || open.type !== '' || open.samples.length > 0)
        throw new Error(`misplaced TYPE of ${name}`)
      if (!types.includes(word)) throw new Error(`no type: ${word}`)
      open.type = word
      continue
    }
    const sample = parseSample(line)
    const key = `${sample.name}${keyOf(sample.labels)}`
    if (seen.has(key)) throw new Error(`twice: ${line}`)
    seen.add(key)
    if (open === undefined || !belongs(sample.name, open)) throw new Error(`outside its family: ${line}`)
    open.samples.push(sample)
  }
  for (const family of families.values()) checkFamily(family)
  return families
}

/** The value of a sample that has at least these labels; throws where there is not exactly one. */
export function valueOf(families: ReadonlyMap<string, Family>, name: string, labels: Sample['labels'] = {}): number {
  const found = samplesOf(families, name, labels)
  if (found.length !== 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`)
  return found[0].value
}

export function samplesOf(families: ReadonlyMap<string, Family>, name: string, labels: Sample['labels'] = {}) {
  return [...families.values()]
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
}

function belongs(name: string, { name: family, type }: Family): boolean {
  if (type === 'histogram') return [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(name)
  return name === family
}

function parseSample(line: string): Sample {
  const name = metricName.exec(line)?.[0]
  if (name === undefined) throw new Error(`no sample: ${line}`)
  let rest = line.slice(name.length)
  const labels: Record<string, string> = {}
  if (rest.startsWith('{')) {
    rest = rest.slice(1)
    while (!rest.startsWith('}')) {
      const label = labelName.exec(rest)?.[0]
      const value = label === undefined ? null : /^="((?:[^"\\\n]|\\[\\"n])*)"/.exec(rest.slice(label.length))
      if (label === undefined || value === null || label in labels) throw new Error(`bad label: ${line}`)
      labels[label] = (value[1] ?? '').replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
      rest = rest.slice(label.length + value[0].length)
      if (rest.startsWith(',')) rest = rest.slice(1)
      else if (!rest.startsWith('}')) throw new Error(`bad labels: ${line}`)
    }
    rest = rest.slice(1)
  }
  const value = /^ (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(rest)?.[1]
  if (value === undefined) throw new Error(`bad value: ${line}`)
  return { name, labels, value: value.endsWith('Inf') ? Number(`${value}inity`) : Number(value) }
}

function checkFamily({ name, type, samples }: Family): void {
  if (type === '') throw new Error(`${name} has no TYPE`)
  if (samples.length === 0) throw new Error(`${name} has no sample`)
  if (type === 'counter') {
    if (samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts down`)
  } else if (type === 'histogram') checkHistogram(name, samples)
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = groupBy(samples)
  for (const own of series.values()) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`)
    const count = own.find((sample) => sample.name === `${name}_count`)
    if (count === undefined || !own.some((sample) => sample.name === `${name}_sum`))
      throw new Error(`${name} lacks a sum`)
    let before = { le: Number.NEGATIVE_INFINITY, value: 0 }
    for (const { labels, value } of buckets) {
      const le = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
      if (!(le > before.le) || value < before.value) throw new Error(`${name}: buckets do not rise at ${labels.le}`)
      before = { le, value }
    }
    if (before.le !== Number.POSITIVE_INFINITY || before.value !== count.value)
      throw new Error(`${name}: +Inf is no count`)
  }
}

function groupBy(samples: readonly Sample[]): Map<string, Sample[]> {
  const series = new Map<string, Sample[]>()
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels
    const key = keyOf(labels)
    series.set(key, [...(series.get(key) ?? []), sample])
  }
  return series
}

function keyOf(labels: Sample['labels']): string {
  const names = Object.keys(labels).toSorted()
  return JSON.stringify(names.map((name) => [name, labels[name]]))
}
