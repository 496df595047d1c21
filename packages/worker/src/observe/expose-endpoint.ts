import type { Exposition } from './exposition.ts'
import { inSeconds } from './in-seconds.ts'
import { requestPhases, type TimedSeries } from './request-times.ts'

/** What an endpoint counts. */
export interface EndpointStats {
  /** Its path as declared; empty for what reached no endpoint. */
  readonly path: string
  /** Its stages in order, joined by `>`. */
  readonly stages: string
  readonly answers: readonly StatusCount[]
  readonly inFlight: number
  /** Failed requests by code. */
  readonly errors: ReadonlyMap<string, number>
  readonly times: readonly TimedSeries[]
  /** `undefined` where the endpoint has no models. */
  readonly refreshErrors: number | undefined
}

export interface StatusCount {
  readonly status: number
  readonly count: number
}

const quantiles = [0.5, 0.95, 0.99] as const
const clientGone = 499

/** Writes all that an endpoint counts. */
export function exposeEndpoint(exposition: Exposition, stats: EndpointStats, boundsMs: readonly number[]): void {
  const { path: endpoint, answers, refreshErrors } = stats
  for (const { status, count } of answers)
    exposition.set('cascade_answers_total', { endpoint, status: String(status) }, count)
  for (const [code, count] of stats.errors) exposition.set('cascade_errors_total', { endpoint, code }, count)
  if (endpoint === '') return
  exposition.set('cascade_inflight_requests', { endpoint }, stats.inFlight)
  exposition.set('cascade_availability_ratio', { endpoint }, availability(answers))
  if (refreshErrors !== undefined) exposition.set('cascade_model_refresh_errors_total', { endpoint }, refreshErrors)
  for (const series of stats.times) exposeTimes(exposition, stats, { series, boundsMs })
}

/** A refused request was not served; one that is itself to blame, or whose client left, says nothing about the server. */
export function availability(answers: readonly StatusCount[]): number {
  const counted = answers.filter(({ status }) => status !== clientGone)
  const total = sum(counted)
  return total === 0 ? 1 : 1 - sum(counted.filter(({ status }) => status >= 500 || status === 429)) / total
}

interface ExposedTimes {
  readonly series: TimedSeries
  readonly boundsMs: readonly number[]
}

function exposeTimes(
  exposition: Exposition,
  { path, stages }: EndpointStats,
  { series, boundsMs }: ExposedTimes,
): void {
  const labels = { endpoint: path, model: series.modelKey, stage: stages, status: String(series.status) }
  for (const [index, phase] of requestPhases.entries()) {
    const histogram = series.phases[index]
    if (histogram.count === 0) continue
    exposition.setHistogram('cascade_request_seconds', { ...labels, phase }, inSeconds(histogram, boundsMs))
  }
  for (const quantile of quantiles) {
    const seconds = series.phases[0].quantileMs(quantile) / 1000
    exposition.set('cascade_request_quantile_seconds', { ...labels, quantile: String(quantile) }, seconds)
  }
}

function sum(answers: readonly StatusCount[]): number {
  return answers.reduce((total, { count }) => total + count, 0)
}
