/** What the names of our metrics begin with, unless the server is told otherwise. */
export const defaultPrefix = 'cascade_'

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
    help: 'Time of a batch in a phase of its stage: wait of its oldest row, transit to the thread and back, handler.',
    labels: ['stage', 'phase'],
  },
  cascade_copied_bytes_total: { type: 'counter', help: 'Bytes copied after parsing.', labels: ['stage', 'reason'] },
  cascade_model_loads_total: {
    type: 'counter',
    help: 'Models loaded by a thread, or not.',
    labels: ['stage', 'result'],
  },
  cascade_worker_restarts_total: {
    type: 'counter',
    help: 'Threads that were replaced; a slot keeps its number.',
    labels: ['stage', 'slot', 'reason'],
  },
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
  cascade_inflight_requests: { type: 'gauge', help: 'Requests that are not answered yet.', labels: ['endpoint'] },
  cascade_errors_total: { type: 'counter', help: 'Requests that failed, by code.', labels: ['endpoint', 'code'] },
  cascade_availability_ratio: {
    type: 'gauge',
    help: 'Share of answers that are neither 5xx nor 429, since the start; clients that left are not counted.',
    labels: ['endpoint'],
  },
  cascade_request_seconds: {
    type: 'histogram',
    help: 'Time of a request by phase, from the last byte of its body to its answer.',
    labels: ['endpoint', 'model', 'stage', 'status', 'phase'],
  },
  cascade_request_quantile_seconds: {
    type: 'gauge',
    help: 'Quantiles of the total time of requests since the start, within 2 %.',
    labels: ['endpoint', 'model', 'stage', 'status', 'quantile'],
  },
  cascade_batch_requests: { type: 'histogram', help: 'Requests that share a batch.', labels: ['stage'] },
  cascade_model_batches_total: {
    type: 'counter',
    help: 'Batches sent to a thread, by model.',
    labels: ['stage', 'model'],
  },
  cascade_model_rows_total: { type: 'counter', help: 'Rows sent to a thread, by model.', labels: ['stage', 'model'] },
  cascade_model_hits_total: { type: 'counter', help: 'Requests whose model was loaded.', labels: ['stage'] },
  cascade_model_misses_total: {
    type: 'counter',
    help: 'Requests that waited for their model to be loaded.',
    labels: ['stage'],
  },
  cascade_model_load_seconds: { type: 'histogram', help: 'Time of a model load.', labels: ['stage'] },
  cascade_model_evictions_total: {
    type: 'counter',
    help: 'Loaded models that made room for others.',
    labels: ['stage'],
  },
  cascade_model_refresh_errors_total: {
    type: 'counter',
    help: 'Times the store could not be asked for a newer version.',
    labels: ['endpoint'],
  },
  cascade_model_entries: { type: 'gauge', help: 'Loaded models, each counted for every thread.', labels: ['stage'] },
  cascade_model_bytes: { type: 'gauge', help: 'Bytes of the artifacts of loaded models.', labels: ['stage'] },
  cascade_event_loop_lag_seconds: {
    type: 'histogram',
    help: 'How late a timer of the main thread was, sampled five times a second.',
    labels: [],
  },
  cascade_thread_active_seconds_total: {
    type: 'counter',
    help: 'Time a thread worked; slot 0 of stage "" is the main thread.',
    labels: ['stage', 'slot'],
  },
  cascade_thread_idle_seconds_total: { type: 'counter', help: 'Time a thread waited.', labels: ['stage', 'slot'] },
  cascade_thread_heap_bytes: {
    type: 'gauge',
    help: 'Heap of a thread in use, told about once a second while it works.',
    labels: ['stage', 'slot'],
  },
  cascade_thread_external_bytes: {
    type: 'gauge',
    help: 'Memory that objects of a thread hold outside its heap.',
    labels: ['stage', 'slot'],
  },
  cascade_handler_metrics_dropped_total: {
    type: 'counter',
    help: 'Uses of metrics of handlers for which there was no room.',
    labels: ['stage'],
  },
  cascade_bytes_total: {
    type: 'counter',
    help: 'Bytes of rows that went over an edge of a run, or came with calls from elsewhere.',
    labels: ['edge'],
  },
  cascade_inflight_bytes: {
    type: 'gauge',
    help: 'Bytes of batches on an edge of a run, or of calls from elsewhere.',
    labels: ['edge'],
  },
  cascade_blocked_ratio: {
    type: 'gauge',
    help: 'Share of its time that a step of a run did not work, by what it waited for.',
    labels: ['stage', 'on'],
  },
  cascade_inflight_calls: { type: 'gauge', help: 'Calls from elsewhere that are not answered yet.', labels: ['stage'] },
  cascade_calls_total: {
    type: 'counter',
    help: 'Calls from elsewhere, by what became of them: done, joined to one that ran, replayed, failed, refused.',
    labels: ['stage', 'result'],
  },
  cascade_breaker_state: {
    type: 'gauge',
    help: 'Whether an instance of a stage elsewhere is asked: 0 it is, 1 once to see whether it answers, 2 it is left alone.',
    labels: ['edge', 'instance'],
  },
  cascade_retries_total: { type: 'counter', help: 'Batches that were run again.', labels: ['edge', 'code'] },
  cascade_rejects_total: {
    type: 'counter',
    help: 'Rows that a run, or a call from elsewhere, has rejected.',
    labels: ['stage', 'code'],
  },
  cascade_parts: { type: 'gauge', help: 'Parts of a run: committed, in work, open.', labels: ['state'] },
  cascade_commit_seconds: { type: 'histogram', help: 'Time to commit a part of a run.', labels: [] },
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
