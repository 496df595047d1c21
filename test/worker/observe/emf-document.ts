/** One line of EMF, checked by AWS's published specification. */
export interface EmfDocument {
  readonly [member: string]: unknown
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly {
        readonly Name: string
        readonly Unit?: string
        readonly StorageResolution?: number
      }[]
    }[]
  }
}

const units = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Percent',
  'Count',
  'None',
]

/** Parses a line; throws what is against the specification in it. */
export function readEmf(line: string): EmfDocument {
  check(Buffer.byteLength(line) < 1024 ** 2, 'a line is smaller than 1 MiB')
  const document: unknown = JSON.parse(line)
  check(isObject(document), 'a line is an object')
  const { _aws } = document
  check(isObject(_aws), '_aws is an object')
  check(onlyHas(_aws, ['Timestamp', 'CloudWatchMetrics', 'LogGroupName', 'LogStreamName']), '_aws has no other members')
  check(Number.isSafeInteger(_aws.Timestamp), 'Timestamp is whole milliseconds')
  check(Array.isArray(_aws.CloudWatchMetrics), 'CloudWatchMetrics is an array')
  for (const directive of _aws.CloudWatchMetrics) checkDirective(directive, document)
  // Every member that EmfDocument names was looked at above.
  return document as EmfDocument
}

function checkDirective(directive: unknown, document: Readonly<Record<string, unknown>>): void {
  check(
    isObject(directive) && onlyHas(directive, ['Namespace', 'Dimensions', 'Metrics']),
    'a directive has three members',
  )
  const { Namespace, Dimensions, Metrics } = directive
  check(typeof Namespace === 'string' && Namespace.length >= 1 && Namespace.length <= 1024, 'Namespace is a text')
  check(Array.isArray(Dimensions) && Dimensions.length >= 1, 'Dimensions has a set')
  for (const set of Dimensions) {
    check(Array.isArray(set) && set.length <= 30, 'a set has at most 30 dimensions')
    for (const name of set) {
      check(typeof name === 'string' && name.length >= 1 && name.length <= 250, 'a dimension has a name')
      const value = document[name]
      check(typeof value === 'string' && value.length >= 1 && value.length <= 1024, `${name} is a text at the root`)
    }
  }
  check(Array.isArray(Metrics) && Metrics.length <= 100, 'a directive has at most 100 metrics')
  for (const metric of Metrics) checkMetric(metric, document)
}

function checkMetric(metric: unknown, document: Readonly<Record<string, unknown>>): void {
  check(isObject(metric) && onlyHas(metric, ['Name', 'Unit', 'StorageResolution']), 'a metric has no other members')
  const { Name, Unit } = metric
  check(typeof Name === 'string' && Name.length >= 1 && Name.length <= 1024, 'a metric has a name')
  check(Unit === undefined || (typeof Unit === 'string' && units.includes(Unit)), `${String(Unit)} is a unit`)
  const value = document[Name]
  const values = Array.isArray(value) ? value : [value]
  check(values.length >= 1 && values.length <= 100, `${Name} has 1 to 100 values`)
  for (const one of values) check(typeof one === 'number' && Number.isFinite(one), `${Name} is of numbers`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function onlyHas(value: Readonly<Record<string, unknown>>, members: readonly string[]): boolean {
  return Object.keys(value).every((member) => members.includes(member))
}

function check(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`not so: ${rule}`)
}
