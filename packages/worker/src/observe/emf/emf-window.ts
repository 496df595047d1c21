import type { Cancel, Clock } from '@redesmyn/core'
import { type PhaseTimes, type RequestPhase, requestPhases } from '../request-times.ts'
import type { TimedRequest } from '../timed-request.ts'
import { TopSeries } from '../top-series.ts'
import { type EmfMetric, emfLine, maxValues } from './emf-line.ts'

/** Sets of dimensions that one window keeps apart; models beyond are one. */
const maxSets = 200
/** CloudWatch takes no longer value. */
const maxDimensionLength = 1024

const metricNames: Readonly<Record<RequestPhase, string>> = {
  total: 'Latency',
  parse: 'ParseTime',
  model: 'ModelTime',
  stages: 'StagesTime',
  queue: 'QueueTime',
  handler: 'HandlerTime',
  transit: 'TransitTime',
  serialize: 'SerializeTime',
}

export interface EmfWindowParts {
  /** CloudWatch's. */
  readonly emfNamespace: string
  /** From the first request of a window to its line. */
  readonly flushMs: number
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly epochMs: () => number
  readonly write: (line: string) => void
}

/** Whose times these are. */
export interface EmfEndpoint {
  readonly endpoint: string
  readonly stages: string
}

/** Requests with equal dimensions, until their line is written. */
interface OpenSet {
  readonly dimensions: Readonly<Record<string, string>>
  requestCount: number
  readonly phases: readonly number[][]
}

/**
 * Gathers the requests of a time window into lines of CloudWatch's embedded metric format, one for each set of
 * dimensions and hundred requests. Nothing is kept longer than a window, and nothing waits for a later request.
 */
export class EmfWindow {
  readonly #parts: EmfWindowParts
  readonly #sets = new Map<string, OpenSet>()
  #cancel: Cancel | undefined

  constructor(parts: EmfWindowParts) {
    this.#parts = parts
  }

  add(owner: EmfEndpoint, { modelKey, status }: TimedRequest, times: PhaseTimes): void {
    const set = this.#setOf(owner, modelKey, status)
    set.requestCount++
    for (let phase = 0; phase < times.length; phase++) {
      if (phase === 0 || times[phase] > 0) set.phases[phase].push(Math.round(times[phase] * 1000) / 1000)
    }
    if (set.requestCount === maxValues) this.#write(set)
    this.#cancel ??= this.#parts.clock.after(this.#parts.flushMs, () => this.flush())
  }

  /** Writes what is gathered, now. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    for (const set of this.#sets.values()) if (set.requestCount > 0) this.#write(set)
    this.#sets.clear()
  }

  #setOf(owner: EmfEndpoint, modelKey: string | undefined, status: number): OpenSet {
    const key = `${owner.endpoint}\0${status}\0${modelKey ?? ''}`
    const known = this.#sets.get(key)
    if (known !== undefined) return known
    if (modelKey !== undefined && modelKey !== TopSeries.restName && this.#sets.size >= maxSets) {
      return this.#setOf(owner, TopSeries.restName, status)
    }
    const set = {
      dimensions: dimensionsOf(owner, modelKey, status),
      requestCount: 0,
      phases: requestPhases.map(() => []),
    }
    this.#sets.set(key, set)
    return set
  }

  #write(set: OpenSet): void {
    const { emfNamespace, epochMs, write } = this.#parts
    const counts = new Array<number>(set.requestCount).fill(1)
    const metrics: EmfMetric[] = [{ name: 'RequestCount', unit: 'Count', values: counts }]
    for (const [index, values] of set.phases.entries()) {
      if (values.length === 0) continue
      metrics.push({ name: metricNames[requestPhases[index]], unit: 'Milliseconds', values })
    }
    const { dimensions } = set
    write(emfLine({ timestampMs: epochMs(), namespace: emfNamespace, dimensions, metrics }))
    set.requestCount = 0
    for (const values of set.phases) values.length = 0
  }
}

function dimensionsOf({ endpoint, stages }: EmfEndpoint, modelKey: string | undefined, status: number) {
  return {
    Endpoint: endpoint.slice(0, maxDimensionLength),
    Stage: stages.slice(0, maxDimensionLength),
    ...(modelKey !== undefined && modelKey !== '' && { ModelKey: modelKey.slice(0, maxDimensionLength) }),
    Status: String(status),
  }
}
