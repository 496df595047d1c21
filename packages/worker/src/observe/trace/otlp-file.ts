import type { Cancel, Clock } from '@redesmyn/core'
import type { LineFile } from '../line-file.ts'
import type { SpanExporter, TraceSpan } from './span-exporter.ts'

/** Spans of one line at most, and how long the first of them waits. */
const maxSpans = 100
const flushMs = 1000

/** OTLP's numbers for kinds and for the status of a failed span. */
const spanKinds = { internal: 1, server: 2 } as const
const statusError = 2

/** Writes spans as OTLP JSON, one `resourceSpans` document a line, as OpenTelemetry's collector reads from files. */
export class OtlpFile implements SpanExporter {
  readonly #file: LineFile
  readonly #clock: Clock
  #spans: TraceSpan[] = []
  #cancel: Cancel | undefined

  constructor(file: LineFile, clock: Clock) {
    this.#file = file
    this.#clock = clock
  }

  export(span: TraceSpan): void {
    this.#spans.push(span)
    if (this.#spans.length >= maxSpans) this.#flush()
    else this.#cancel ??= this.#clock.after(flushMs, () => this.#flush())
  }

  close(): void {
    this.#flush()
    this.#file.close()
  }

  #flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const spans = this.#spans.splice(0)
    if (spans.length === 0) return
    const resource = { attributes: [attribute('service.name', 'redesmyn')] }
    const scopeSpans = [{ scope: { name: '@redesmyn/worker' }, spans: spans.map(toOtlp) }]
    this.#file.write(JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }))
  }
}

function toOtlp(span: TraceSpan): unknown {
  const { traceId, spanId, parentSpanId, name, links } = span
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: spanKinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: Object.entries(span.attributes).map(([key, value]) => attribute(key, value)),
    ...(links.length > 0 && { links }),
    ...(span.isError && { status: { code: statusError } }),
  }
}

function attribute(key: string, value: string | number): unknown {
  if (typeof value === 'string') return { key, value: { stringValue: value } }
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }
}

/** As a text: a double cannot hold the nanoseconds of today. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms)
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)))
}
