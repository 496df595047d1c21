import type { AnyStage, FormedBatch } from '@redesmyn/core'
import type { TimedRequest } from '../timed-request.ts'
import type { SpanExporter, TraceSpan } from './span-exporter.ts'
import { childOf, formatTraceparent, parseTraceparent, type RequestTrace } from './trace-context.ts'

export interface TracerParts {
  readonly exporter: SpanExporter
  /** What to add to the clock's milliseconds to have those since 1970. */
  readonly epochOffsetMs: number
}

export interface TracedBatch {
  readonly stage: Pick<AnyStage, 'name' | 'config' | 'medium'>
  readonly batch: FormedBatch
  readonly endedAtMs: number
  readonly isError: boolean
}

/** Makes spans of requests and batches. What is not sampled is passed on to others, and not exported. */
export class Tracer {
  readonly #parts: TracerParts

  constructor(parts: TracerParts) {
    this.#parts = parts
  }

  /** Continues the trace that the header names, or begins one. */
  begin(header: string): RequestTrace {
    const parent = header === '' ? undefined : parseTraceparent(header)
    const own = childOf(parent)
    return { ...own, parentSpanId: parent?.spanId, traceparent: formatTraceparent(own) }
  }

  endRequest(request: TimedRequest, nowMs: number): void {
    const { trace, endpoint, status, modelKey, begunAtMs } = request
    if (trace === undefined || !trace.isSampled) return
    const { exporter, epochOffsetMs } = this.#parts
    exporter.export({
      name: `POST ${endpoint}`,
      kind: 'server',
      traceId: trace.traceId,
      spanId: trace.spanId,
      parentSpanId: trace.parentSpanId,
      startMs: begunAtMs + epochOffsetMs,
      endMs: nowMs + epochOffsetMs,
      attributes: {
        'http.request.method': 'POST',
        'http.route': endpoint,
        'http.response.status_code': status,
        'cascade.request_id': request.requestId,
        ...(modelKey !== undefined && { 'cascade.model': modelKey }),
      },
      links: [],
      isError: status >= 500,
    })
  }

  /** A batch of one request is a part of its trace; one of several is none's, and links to all. */
  endBatch({ stage, batch, endedAtMs, isError }: TracedBatch): void {
    const own = batch.traceparent === undefined ? undefined : parseTraceparent(batch.traceparent)
    if (own === undefined || !own.isSampled) return
    const { exporter, epochOffsetMs } = this.#parts
    const requests = batch.spans.flatMap(({ waiter }) => parseTraceparent(waiter.traceparent ?? '') ?? [])
    const [first] = requests
    exporter.export({
      name: `stage ${stage.name}`,
      kind: 'internal',
      traceId: own.traceId,
      spanId: own.spanId,
      parentSpanId: first?.traceId === own.traceId ? first.spanId : undefined,
      startMs: batch.sentAtMs + epochOffsetMs,
      endMs: endedAtMs + epochOffsetMs,
      attributes: {
        'cascade.stage': stage.name,
        'cascade.rows': batch.rowCount,
        'cascade.requests': batch.spans.length,
        ...transportOf(stage),
        'cascade.wait_ms': batch.sentAtMs - batch.oldestAtMs,
        ...(batch.group.model !== undefined && { 'cascade.model': batch.group.model.key }),
      },
      links: requests.map(({ traceId, spanId }) => ({ traceId, spanId })),
      isError,
    })
  }
}

const transports = { app: 'unix', container: 'http', host: 'http', queue: 'queue', configured: 'unknown' } as const

/** A thread looks at the batch where it lies; to a child process its bytes are copied, and elsewhere they are sent. */
function transportOf({ config, medium }: TracedBatch['stage']): TraceSpan['attributes'] {
  const placement = medium?.placement ?? 'service'
  if (placement !== 'service') return { 'cascade.placement': placement, 'cascade.transport': transports[placement] }
  if (config.isolation === 'child') return { 'cascade.transport': 'child' }
  return { 'cascade.transport': 'local', 'cascade.serialised_bytes': 0 }
}

/** The place of a batch's run: below the one request that travels in it, else a trace of its own. */
export function batchTraceparent(traceparents: readonly string[]): string | undefined {
  const requests = traceparents.flatMap((text) => parseTraceparent(text) ?? [])
  const [first] = requests
  if (first === undefined) return undefined
  if (requests.length === 1 && traceparents.length === 1) return formatTraceparent(childOf(first))
  return formatTraceparent({ ...childOf(undefined), isSampled: requests.some(({ isSampled }) => isSampled) })
}
