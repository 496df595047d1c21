import type { SpanExporter, TraceSpan } from './span-exporter.ts'

/** Keeps spans for a test to look at: `new Server({ app, traces: 'on', spanExporter: spans })`. */
export class MemorySpans implements SpanExporter {
  readonly spans: TraceSpan[] = []

  export(span: TraceSpan): void {
    this.spans.push(span)
  }

  close(): void {}
}
