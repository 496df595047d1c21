import { describe, expect, test } from 'vitest'
import { AnswerCounts } from '../../../packages/worker/dist/http/answer-counts.js'
import { availability, type EndpointStats } from '../../../packages/worker/dist/observe/expose-endpoint.js'
import { LogHistogram } from '../../../packages/worker/dist/observe/log-histogram.js'
import { type MetricsNaming, renderMetrics } from '../../../packages/worker/dist/observe/metrics.js'
import { RequestTimes } from '../../../packages/worker/dist/observe/request-times.js'
import {
  addTo,
  batchSizeBuckets,
  emptyDistribution,
  observe,
  type StageStats,
} from '../../../packages/worker/dist/pipeline/stage-stats.js'
import { parseExposition, samplesOf, valueOf } from './parse-exposition.ts'

function stats(stage: string) {
  return {
    stage,
    batches: { rows: 2, bytes: 0, free: 5, delay: 0, drain: 0 },
    batchRows: emptyDistribution(batchSizeBuckets),
    batchRequests: emptyDistribution(batchSizeBuckets),
    waitMs: new LogHistogram(),
    transitMs: new LogHistogram(),
    handlerMs: new LogHistogram(),
    rows: { done: 7, rejected: 1, failed: 0 },
    copiedBytes: new Map<string, number>(),
    restarts: [{ slot: 2, reason: 'lost', count: 3 }],
    modelLoads: { loaded: 3, failed: 0 },
    modelLoadMs: new LogHistogram(),
    models: [{ model: '/a', batches: 2, rows: 9 }],
    cache: { hits: 6, misses: 3, evictions: 1, entries: 2, bytes: 100 },
    threads: [{ slot: 1, loopTimes: { activeMs: 1500, idleMs: 500 }, heapBytes: 1e7, externalBytes: 1e6 }],
    series: [],
    droppedSeries: 0,
    queuedRows: 4,
    queuedBytes: 96,
    inFlightBatches: 1,
    openMs: 0,
    servingSlots: 2,
    placement: 'service',
    way: undefined,
  } satisfies StageStats
}

function endpointStats(path: string, answers: EndpointStats['answers'] = []): EndpointStats {
  return { path, stages: 'exp', answers, inFlight: 1, errors: new Map(), times: [], refreshErrors: undefined }
}

const slabs = { slabsInUse: 1, bytesInUse: 1024, totalBytes: 4096, maxBytes: 65_536 }
const usage = { cpuSeconds: 0.5, residentBytes: 1e8, lagMs: new LogHistogram(), activeMs: 1000, idleMs: 4000 }
const naming: MetricsNaming = { prefix: 'cascade_', mosecNamespace: undefined, timeoutMs: 3000 }

function renderText(
  stages: readonly StageStats[],
  endpoints: readonly EndpointStats[] = [],
  named: Partial<MetricsNaming> = {},
): string {
  return renderMetrics({ endpoints, stages, slabs, process: usage }, { ...naming, ...named })
}

function render(stages: readonly StageStats[], endpoints: readonly EndpointStats[] = []): readonly string[] {
  return renderText(stages, endpoints).split('\n')
}

describe('renderMetrics', () => {
  test('each family has its help and type once, before its series', () => {
    const lines = render([stats('one'), stats('two')])

    const start = lines.indexOf('# HELP cascade_queue_rows Rows that no thread has taken yet.')
    expect(lines.slice(start, start + 4)).toEqual([
      '# HELP cascade_queue_rows Rows that no thread has taken yet.',
      '# TYPE cascade_queue_rows gauge',
      'cascade_queue_rows{stage="one"} 4',
      'cascade_queue_rows{stage="two"} 4',
    ])
    expect(lines.filter((line) => line.startsWith('# TYPE cascade_queue_rows'))).toHaveLength(1)
  })

  test('the way to a stage elsewhere tells retries, bytes and breakers by edge', () => {
    const way = {
      inFlightCalls: 1,
      inFlightBytes: 640,
      retries: new Map([['HANDOFF_FAILED', 3]]),
      instances: [
        { address: 'http://a:1', breaker: 'open' },
        { address: 'http://b:1', breaker: 'closed' },
      ],
    } as const

    const lines = render([{ ...stats('score'), placement: 'host', way }])

    expect(lines).toEqual(
      expect.arrayContaining([
        'cascade_inflight_bytes{edge="score"} 640',
        'cascade_retries_total{edge="score",code="HANDOFF_FAILED"} 3',
        'cascade_breaker_state{edge="score",instance="http://a:1"} 2',
        'cascade_breaker_state{edge="score",instance="http://b:1"} 0',
      ]),
    )
  })

  test('a batch counts in every bucket from its own size on, times in seconds', () => {
    const stage = stats('exp')
    for (const rows of [1, 3, 600]) observe(stage.batchRows, batchSizeBuckets, rows)
    stage.handlerMs.add(3)

    const lines = render([stage])

    expect(lines).toContain('cascade_batch_rows_bucket{stage="exp",le="1"} 1')
    expect(lines).toContain('cascade_batch_rows_bucket{stage="exp",le="2"} 1')
    expect(lines).toContain('cascade_batch_rows_bucket{stage="exp",le="4"} 2')
    expect(lines).toContain('cascade_batch_rows_bucket{stage="exp",le="512"} 2')
    expect(lines).toContain('cascade_batch_rows_bucket{stage="exp",le="+Inf"} 3')
    expect(lines).toContain('cascade_batch_rows_sum{stage="exp"} 604')
    expect(lines).toContain('cascade_batch_rows_count{stage="exp"} 3')
    expect(lines).toContain('cascade_stage_seconds_bucket{stage="exp",phase="handler",le="0.002"} 0')
    expect(lines).toContain('cascade_stage_seconds_bucket{stage="exp",phase="handler",le="0.004"} 1')
    expect(lines).toContain('cascade_stage_seconds_sum{stage="exp",phase="handler"} 0.003')
  })

  test('answers are counted by endpoint and status, refusals that reached no endpoint too', () => {
    const answers = new AnswerCounts()
    for (const status of [200, 200, 422]) answers.count(status)

    const lines = render(
      [],
      [endpointStats('/a/{x}', [...answers.entries()]), endpointStats('', [{ status: 404, count: 1 }])],
    )

    expect(lines).toContain('cascade_answers_total{endpoint="/a/{x}",status="200"} 2')
    expect(lines).toContain('cascade_answers_total{endpoint="/a/{x}",status="422"} 1')
    expect(lines).toContain('cascade_answers_total{endpoint="",status="404"} 1')
    expect(lines.filter((line) => line.startsWith('cascade_answers_total'))).toHaveLength(3)
  })

  test('label values are escaped', () => {
    const stage = stats('exp')
    addTo(stage.copiedBytes, 'a"b\\c\nd', 8)

    expect(render([stage])).toContain('cascade_copied_bytes_total{stage="exp",reason="a\\"b\\\\c\\nd"} 8')
  })

  test('C93 a scrape is what a strict reader of the format takes, labels of any text in it', () => {
    const stage = { ...stats('exp'), models: [{ model: '/"a"\\b\nc', batches: 1, rows: 1 }] }
    const times = new RequestTimes({ onTimed: undefined, tracer: undefined })
    times.ended(
      {
        endpoint: '/a/{x}',
        requestId: 'r',
        status: 422,
        modelKey: undefined,
        begunAtMs: 1,
        modelMs: 0,
        submittedAtMs: undefined,
        trace: undefined,
      },
      5,
    )
    const served = { ...endpointStats('/a/{x}', [{ status: 422, count: 1 }]), times: [...times.series()] }

    const families = parseExposition(renderText([stage], [served], { mosecNamespace: 'mosec_service' }))

    expect(valueOf(families, 'cascade_model_rows_total', { model: '/"a"\\b\nc' })).toBe(1)
    expect(valueOf(families, 'cascade_request_seconds_count', { phase: 'total', status: '422' })).toBe(1)
  })

  test('M127 names begin as the server is told, and Mosec’s own are there where they are asked for', () => {
    const stage = stats('exp')
    stage.handlerMs.add(3)
    observe(stage.batchRows, batchSizeBuckets, 16)
    const endpoints = [endpointStats('/a', [{ status: 200, count: 4 }])]

    const families = parseExposition(
      renderText([stage], endpoints, { prefix: 'ours_', mosecNamespace: 'mosec_service' }),
    )

    expect([...families.keys()].filter((name) => name.startsWith('cascade_'))).toEqual([])
    expect(valueOf(families, 'ours_queue_rows')).toBe(4)
    expect(valueOf(families, 'process_cpu_seconds_total')).toBe(0.5)
    expect(valueOf(families, 'mosec_service_throughput', { code: '200' })).toBe(4)
    expect(valueOf(families, 'mosec_service_process_duration_second_count', { stage: 'exp', connection: '1' })).toBe(1)
    expect(valueOf(families, 'mosec_service_batch_size_bucket', { le: '8' })).toBe(0)
    expect(valueOf(families, 'mosec_service_batch_size_bucket', { le: '16' })).toBe(1)
    expect(valueOf(families, 'mosec_service_batch_duration_second_count', { stage: 'exp' })).toBe(0)
    expect(valueOf(families, 'mosec_service_remaining_task')).toBe(1)
    const bounds = samplesOf(families, 'mosec_service_process_duration_second_bucket', { stage: 'exp' })
    expect(bounds[0]?.labels.le).toBe('0.001')
  })

  test('M128 batch sizes are counted from 1 to 512, times to the longest that a request may take', () => {
    const families = parseExposition(renderText([stats('exp')], [], { timeoutMs: 10_000 }))

    const sizes = samplesOf(families, 'cascade_batch_rows_bucket').map(({ labels }) => labels.le)
    expect(sizes).toEqual(['1', '2', '4', '8', '16', '32', '64', '128', '256', '512', '+Inf'])
    const times = samplesOf(families, 'cascade_stage_seconds_bucket', { phase: 'handler' })
    expect(times.map(({ labels }) => labels.le).slice(-2)).toEqual(['16.384', '+Inf'])
  })

  test('R103 the model cache, and each thread’s event loop and heap, are there', () => {
    const families = parseExposition(renderText([stats('exp')]))

    const cache = ['hits_total', 'misses_total', 'evictions_total', 'entries', 'bytes']
    expect(cache.map((name) => valueOf(families, `cascade_model_${name}`))).toEqual([6, 3, 1, 2, 100])
    expect(valueOf(families, 'cascade_model_load_seconds_count')).toBe(0)
    expect(valueOf(families, 'cascade_thread_active_seconds_total', { stage: 'exp', slot: '1' })).toBe(1.5)
    expect(valueOf(families, 'cascade_thread_idle_seconds_total', { stage: '', slot: '0' })).toBe(4)
    expect(valueOf(families, 'cascade_thread_heap_bytes', { stage: 'exp', slot: '1' })).toBe(1e7)
    expect(valueOf(families, 'cascade_worker_restarts_total', { slot: '2', reason: 'lost' })).toBe(3)
  })
})

describe('availability', () => {
  test('R100 one failure in a hundred is 99 %, and who is to blame himself does not count', () => {
    const served = [
      { status: 200, count: 9800 },
      { status: 422, count: 100 },
      { status: 500, count: 60 },
      { status: 429, count: 40 },
      { status: 499, count: 5000 },
    ]

    expect(availability(served)).toBe(0.99)
    expect(availability([])).toBe(1)
  })
})
