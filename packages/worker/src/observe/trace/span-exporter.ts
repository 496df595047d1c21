/** One finished piece of work of a trace. Plain data, so that any backend can be given it. */
export interface TraceSpan {
  readonly name: string
  readonly kind: 'server' | 'internal'
  readonly traceId: string
  readonly spanId: string
  /** `undefined` at the root of a trace. */
  readonly parentSpanId: string | undefined
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Readonly<Record<string, string | number>>
  /** Places in other traces that this work was done for. */
  readonly links: readonly SpanLink[]
  readonly isError: boolean
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
}

/** Where finished spans go. `export` is called on the serving thread and must not throw. */
export interface SpanExporter {
  export(span: TraceSpan): void
  /** No more spans come: what is buffered goes out. */
  close(): void | Promise<void>
}
