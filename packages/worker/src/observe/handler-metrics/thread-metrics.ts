import {
  checkMetric,
  type HandlerMetrics,
  type MetricCounter,
  type MetricGauge,
  type MetricHistogram,
  type MetricLabels,
  PipelineError,
} from '@redesmyn/core'
import { handlerBounds, type MetricKind, type SeriesMemory } from './series-memory.ts'

const noLabels: MetricLabels = Object.freeze({})

interface Metric extends MetricCounter, MetricGauge, MetricHistogram {
  readonly kind: MetricKind
}

/** What a handler counts, written where the main thread reads it: no message, and nothing is lost with the thread. */
export class ThreadMetrics implements HandlerMetrics {
  readonly #memory: SeriesMemory
  readonly #series = new Map<string, Metric>()
  readonly #kinds = new Map<string, MetricKind>()

  constructor(memory: SeriesMemory) {
    this.#memory = memory
    for (const { kind, name, labels, values } of memory.news()) {
      this.#kinds.set(name, kind)
      this.#series.set(keyOf(name, labels), metricOf(kind, values))
    }
  }

  counter(name: string, labels: MetricLabels = noLabels): MetricCounter {
    return this.#metric('counter', name, labels)
  }

  gauge(name: string, labels: MetricLabels = noLabels): MetricGauge {
    return this.#metric('gauge', name, labels)
  }

  histogram(name: string, labels: MetricLabels = noLabels): MetricHistogram {
    return this.#metric('histogram', name, labels)
  }

  #metric(kind: MetricKind, name: string, labels: MetricLabels): Metric {
    const key = keyOf(name, labels)
    const known = this.#series.get(key)
    if (known?.kind === kind) return known
    checkMetric(name, labels)
    const declared = this.#kinds.get(name) ?? kind
    if (declared !== kind) {
      throw new PipelineError('HANDLER_ERROR', `metric "${name}" is a ${declared}, it cannot be a ${kind} too`)
    }
    const values = this.#memory.add({ kind, name, labels: toTexts(labels) })
    // What has no place is not asked for again: handlers that invent labels must not fill this map either.
    if (values === undefined) return unplaced[kind]
    const metric = metricOf(kind, values)
    this.#kinds.set(name, kind)
    this.#series.set(key, metric)
    return metric
  }
}

function metricOf(kind: MetricKind, values: Float64Array): Metric {
  return {
    kind,
    add(amount = 1) {
      if (amount >= 0) values[0] += amount
    },
    set(value) {
      values[0] = value
    },
    observe(value) {
      let bucket = 0
      while (bucket < handlerBounds.length && !(value <= handlerBounds[bucket])) bucket++
      values[bucket]++
      values[handlerBounds.length + 1] += value
    },
  }
}

const unplaced: Readonly<Record<MetricKind, Metric>> = {
  counter: nothing('counter'),
  gauge: nothing('gauge'),
  histogram: nothing('histogram'),
}

function nothing(kind: MetricKind): Metric {
  return Object.freeze({ kind, add() {}, set() {}, observe() {} })
}

function keyOf(name: string, labels: MetricLabels): string {
  let key = name
  for (const label in labels) key += `\0${label}\0${labels[label]}`
  return key
}

/** Whatever a handler gave as a value is read as a text, and not as long as it likes. */
function toTexts(labels: MetricLabels): MetricLabels {
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, String(value).slice(0, 200)]))
}
