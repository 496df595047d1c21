import { describe, expect, test } from 'vitest'
import { AnswerCounts } from '../../../packages/worker/dist/http/answer-counts.js'
import { type EndpointAnswers, renderMetrics } from '../../../packages/worker/dist/observe/metrics.js'
import {
  addTo,
  batchSizeBuckets,
  emptyDistribution,
  handlerMsBuckets,
  observe,
  type StageStats,
  waitMsBuckets,
} from '../../../packages/worker/dist/pipeline/stage-stats.js'

function stats(stage: string) {
  return {
    stage,
    batches: { rows: 2, bytes: 0, free: 5, delay: 0, drain: 0 },
    batchRows: emptyDistribution(batchSizeBuckets),
    waitMs: emptyDistribution(waitMsBuckets),
    handlerMs: emptyDistribution(handlerMsBuckets),
    rows: { done: 7, rejected: 1, failed: 0 },
    copiedBytes: new Map<string, number>(),
    restarts: new Map<string, number>(),
    modelLoads: { loaded: 3, failed: 0 },
    queuedRows: 4,
    queuedBytes: 96,
    inFlightBatches: 1,
    servingSlots: 2,
  } satisfies StageStats
}

const slabs = { slabsInUse: 1, bytesInUse: 1024, totalBytes: 4096, maxBytes: 65_536 }
const usage = { cpuSeconds: 0.5, residentBytes: 1e8 }

function render(stages: readonly StageStats[], endpoints: readonly EndpointAnswers[] = []): readonly string[] {
  return renderMetrics({ endpoints, stages, slabs, process: usage }).split('\n')
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

  test('a batch counts in every bucket from its own size on, times in seconds', () => {
    const stage = stats('exp')
    for (const rows of [1, 3, 600]) observe(stage.batchRows, batchSizeBuckets, rows)
    observe(stage.handlerMs, handlerMsBuckets, 3)

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
    const refusals = new AnswerCounts()
    refusals.count(404)

    const lines = render(
      [],
      [
        { path: '/a/{x}', answers: answers.entries() },
        { path: '', answers: refusals.entries() },
      ],
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

  test('every line is a comment or a sample, and the text ends with a line feed', () => {
    const lines = render([stats('exp')])

    expect(lines.at(-1)).toBe('')
    const sample = /^[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? (\d+(\.\d+)?(e[+-]\d+)?|\+Inf|NaN)$/
    for (const line of lines.slice(0, -1)) expect(line.startsWith('# ') || sample.test(line), line).toBe(true)
  })
})
