import type { BatchTimes, Span } from '@redesmyn/core'
import { LogHistogram } from './log-histogram.ts'
import type { TimedRequest } from './timed-request.ts'
import { TopSeries } from './top-series.ts'
import type { Tracer } from './trace/tracer.ts'

/**
 * What a request's time is made of; all but the first add up to the first. `parse` is from the last byte of the body
 * until its rows are ready, `model` the search for the artifact where the store was asked, `queue` until a thread was
 * given them, `transit` the way there and back, `serialize` until its answer was written. `stages` is what cannot be told
 * apart: the earlier stages of a pipeline, and all of the stages for a request that failed there.
 */
export const requestPhases = ['total', 'parse', 'model', 'stages', 'queue', 'handler', 'transit', 'serialize'] as const
export type RequestPhase = (typeof requestPhases)[number]

/** The times of one request by phase, in milliseconds and in the order of `requestPhases`. */
export type PhaseTimes = Float64Array

/** Model keys of an endpoint that have series of their own; a client may ask for any number of models. */
const maxModelKeys = 32

/** Histograms by phase of the requests with one model and one status. */
export type PhaseHistograms = readonly LogHistogram[]

interface ByStatus {
  /** By status - 100. */
  readonly histograms: (PhaseHistograms | undefined)[]
}

/** Who wants every request's times, beside the histograms. Valid only during the call. */
export type OnTimed = (request: TimedRequest, times: PhaseTimes) => void

export interface RequestTimesParts {
  readonly onTimed: OnTimed | undefined
  readonly tracer: Tracer | undefined
}

export interface TimedSeries {
  readonly modelKey: string
  readonly status: number
  readonly phases: PhaseHistograms
}

/** How long the requests of an endpoint took, by model, status and phase. A few additions a request, no clock. */
export class RequestTimes {
  readonly #parts: RequestTimesParts
  readonly #plain: ByStatus = { histograms: [] }
  readonly #byModel = new TopSeries<ByStatus>({
    limit: maxModelKeys,
    create: () => ({ histograms: [] }),
    fold: foldStatuses,
  })
  readonly #times: PhaseTimes = new Float64Array(requestPhases.length)

  constructor(parts: RequestTimesParts) {
    this.#parts = parts
  }

  /** Rows of a batch were handed to a request: if it was answered with them, that is told. */
  served(request: TimedRequest, { ticket }: Span, batch: BatchTimes): void {
    if (request.status === 0) return
    const { begunAtMs, modelMs, submittedAtMs = begunAtMs } = request
    const { sentAtMs, handlerMs, backAtMs, answeredAtMs } = batch
    const times = this.#times
    times[0] = answeredAtMs - begunAtMs
    times[1] = submittedAtMs - begunAtMs - modelMs
    times[2] = modelMs
    times[3] = ticket.submittedAtMs - submittedAtMs
    times[4] = sentAtMs - ticket.submittedAtMs
    times[5] = handlerMs
    times[6] = backAtMs - sentAtMs - handlerMs
    times[7] = answeredAtMs - backAtMs
    this.#add(request)
    this.#told(request, answeredAtMs)
  }

  /** A request that was answered without the outcome of a batch. */
  ended(request: TimedRequest, nowMs: number): void {
    if (request.begunAtMs === 0) request.begunAtMs = nowMs
    const { begunAtMs, modelMs, submittedAtMs = nowMs } = request
    const times = this.#times
    times.fill(0)
    times[0] = nowMs - begunAtMs
    times[1] = submittedAtMs - begunAtMs - modelMs
    times[2] = modelMs
    times[3] = nowMs - submittedAtMs
    this.#add(request)
    this.#told(request, nowMs)
  }

  /** A request whose client left: nobody waited for an answer, so there is no time to tell. */
  left(request: TimedRequest, nowMs: number): void {
    this.#told(request, nowMs)
  }

  *series(): Generator<TimedSeries> {
    yield* seriesOf('', this.#plain)
    for (const [modelKey, byStatus] of this.#byModel.entries()) yield* seriesOf(modelKey, byStatus)
  }

  #add(request: TimedRequest): void {
    const { modelKey, status } = request
    const { histograms } = modelKey === undefined ? this.#plain : this.#byModel.get(modelKey)
    const phases = histograms[status - 100] ?? openPhases(histograms, status)
    const times = this.#times
    phases[0].add(times[0])
    // A phase that did not happen is no observation of zero.
    for (let phase = 1; phase < times.length; phase++) if (times[phase] > 0) phases[phase].add(times[phase])
    this.#parts.onTimed?.(request, times)
  }

  #told(request: TimedRequest, nowMs: number): void {
    this.#parts.tracer?.endRequest(request, nowMs)
    request.status = 0
  }
}

function openPhases(histograms: (PhaseHistograms | undefined)[], status: number): PhaseHistograms {
  const phases = requestPhases.map(() => new LogHistogram())
  histograms[status - 100] = phases
  return phases
}

function foldStatuses(into: ByStatus, { histograms }: ByStatus): void {
  for (const [index, phases] of histograms.entries()) {
    if (phases === undefined) continue
    const own = into.histograms[index] ?? openPhases(into.histograms, index + 100)
    for (const [phase, histogram] of phases.entries()) own[phase].merge(histogram)
  }
}

function* seriesOf(modelKey: string, { histograms }: ByStatus): Generator<TimedSeries> {
  for (const [index, phases] of histograms.entries()) {
    if (phases !== undefined) yield { modelKey, status: index + 100, phases }
  }
}
