/** What the batches of a stage were, as its metrics tell. */
export interface BatchSizes {
  readonly batches: number
  readonly rows: number
  /** Batches by their rows, `17 to 32`; sizes that no batch had are left out. */
  readonly byRows: ReadonlyMap<string, number>
  /** Batches by why they closed, likewise. */
  readonly byReason: ReadonlyMap<string, number>
}

interface Sample {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

/** Reads the text of `/metrics`. */
export function readBatchSizes(metrics: string, stage: string): BatchSizes {
  const samples = metrics.split('\n').flatMap(parseSample)
  const own = samples.filter(({ labels }) => labels.get('stage') === stage)
  const total = (name: string): number => own.find((sample) => sample.name === name)?.value ?? 0
  const reasons = own.filter(({ name, value }) => name === 'cascade_batches_total' && value > 0)
  return {
    batches: total('cascade_batch_rows_count'),
    rows: total('cascade_batch_rows_sum'),
    byRows: countByRows(own.filter(({ name }) => name === 'cascade_batch_rows_bucket')),
    byReason: new Map(reasons.map(({ labels, value }) => [labels.get('reason') ?? '', value])),
  }
}

/** Buckets of a histogram count all that is smaller too. */
function countByRows(buckets: readonly Sample[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  let [before, from] = [0, 1]
  for (const { labels, value } of buckets) {
    const to = labels.get('le') ?? ''
    if (value > before) counts.set(`${from}` === to ? to : `${from} to ${to}`, value - before)
    before = value
    from = Number(to) + 1
  }
  return counts
}

function parseSample(line: string): readonly Sample[] {
  const parts = /^(?<name>\w+)\{(?<labels>.*)\} (?<value>\S+)$/.exec(line)?.groups
  if (parts === undefined) return []
  const labels = [...parts.labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]): [string, string] => [
    name,
    value,
  ])
  return [{ name: parts.name, labels: new Map(labels), value: Number(parts.value) }]
}
