import type { Clock, Log } from '@redesmyn/core'
import type { ServerConfig } from '../config/option-table.ts'
import { EmfWindow } from '../observe/emf/emf-window.ts'
import { emit } from '../observe/event-table.ts'
import { EventLoopLag } from '../observe/event-loop-lag.ts'
import { openLineFile } from '../observe/line-file.ts'
import { OtlpFile } from '../observe/trace/otlp-file.ts'
import type { SpanExporter } from '../observe/trace/span-exporter.ts'
import { Tracer } from '../observe/trace/tracer.ts'

export interface ObservationParts {
  readonly config: ServerConfig
  readonly clock: Clock
  readonly log: Log
  /** In the place of the trace file. */
  readonly spanExporter: SpanExporter | undefined
}

/** What a server tells the world beside its answers and its log, as far as it was asked to. */
export interface Observation {
  readonly lag: EventLoopLag
  readonly emf: EmfWindow | undefined
  readonly tracer: Tracer | undefined
  /** What is gathered goes out. */
  close(): Promise<void>
}

/** Throws CONFIG_INVALID where a file cannot be opened. */
export function openObservation({ config, clock, log, spanExporter }: ObservationParts): Observation {
  const open = (option: 'emfFile' | 'traceFile', target: string) =>
    openLineFile({ target, option, onError: (err) => emit(log, 'observationLost', { target, err }) })
  const epochOffsetMs = Date.now() - clock.now()
  const emfFile = config.emfFile === undefined ? undefined : open('emfFile', config.emfFile)
  const emf =
    emfFile &&
    new EmfWindow({
      emfNamespace: config.emfNamespace,
      flushMs: config.emfFlushMs,
      clock,
      epochMs: () => Date.now(),
      write: (line) => emfFile.write(line),
    })
  const traceFile = config.traces === 'on' && spanExporter === undefined ? config.traceFile : undefined
  const exporter =
    spanExporter ?? (traceFile === undefined ? noSpans : new OtlpFile(open('traceFile', traceFile), clock))
  const lag = new EventLoopLag(clock)
  lag.start()
  return {
    lag,
    emf,
    tracer: config.traces === 'on' ? new Tracer({ exporter, epochOffsetMs }) : undefined,
    async close() {
      lag.stop()
      emf?.flush()
      emfFile?.close()
      await exporter.close()
    },
  }
}

/** Traces are continued and logged, and nobody wants the spans. */
const noSpans: SpanExporter = Object.freeze({ export() {}, close() {} })
