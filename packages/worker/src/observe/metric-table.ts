export interface MetricMeaning {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
}

/** The one table of metrics. A name never changes its type or its labels. */
export const metricTable = {
  cascade_answers_total: { type: 'counter', help: 'Answered requests.', labels: ['endpoint', 'status'] },
  cascade_rows_total: { type: 'counter', help: 'Rows whose batch came back.', labels: ['stage', 'result'] },
  cascade_batches_total: { type: 'counter', help: 'Batches sent to a thread.', labels: ['stage', 'reason'] },
  cascade_batch_rows: { type: 'histogram', help: 'Rows of a batch.', labels: ['stage'] },
  cascade_stage_seconds: {
    type: 'histogram',
    help: 'Time of a batch in a phase of its stage; its wait is that of its oldest row.',
    labels: ['stage', 'phase'],
  },
  cascade_copied_bytes_total: { type: 'counter', help: 'Bytes copied after parsing.', labels: ['stage', 'reason'] },
  cascade_model_loads_total: {
    type: 'counter',
    help: 'Models loaded by a thread, or not.',
    labels: ['stage', 'result'],
  },
  cascade_worker_restarts_total: { type: 'counter', help: 'Threads that were replaced.', labels: ['stage', 'reason'] },
  cascade_queue_rows: { type: 'gauge', help: 'Rows that no thread has taken yet.', labels: ['stage'] },
  cascade_queue_bytes: { type: 'gauge', help: 'Bytes of rows that no thread has taken yet.', labels: ['stage'] },
  cascade_inflight_batches: { type: 'gauge', help: 'Batches at a thread.', labels: ['stage'] },
  cascade_open_streams: { type: 'gauge', help: 'Streams that have begun and not ended.', labels: ['stage'] },
  cascade_stream_events_total: { type: 'counter', help: 'Events that streams have yielded.', labels: ['stage'] },
  cascade_serving_threads: { type: 'gauge', help: 'Threads that take batches.', labels: ['stage'] },
  cascade_slabs: { type: 'gauge', help: 'Slabs that hold a batch.', labels: [] },
  cascade_memory_used_bytes: { type: 'gauge', help: 'Shared memory of slabs that hold a batch.', labels: [] },
  cascade_memory_reserved_bytes: {
    type: 'gauge',
    help: 'Shared memory of all slabs, in use or kept for reuse.',
    labels: [],
  },
  cascade_memory_budget_bytes: { type: 'gauge', help: 'Bound of all slabs together.', labels: [] },
  process_cpu_seconds_total: { type: 'counter', help: 'Processor time of the process.', labels: [] },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory of the process that is in RAM.', labels: [] },
} as const satisfies Readonly<Record<string, MetricMeaning>>

export type MetricName = keyof typeof metricTable

type NamesOf<Type extends MetricMeaning['type']> = {
  [Name in MetricName]: (typeof metricTable)[Name]['type'] extends Type ? Name : never
}[MetricName]

/** Metrics with one value a series. */
export type ScalarName = NamesOf<'counter' | 'gauge'>
export type HistogramName = NamesOf<'histogram'>

/** A value for each label of the metric. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof metricTable)[Name]['labels'][number], string>>
