import { describe, expect, test } from 'vitest'
import { SeriesMemory, seriesMemoryBytes } from '../../../packages/worker/dist/observe/handler-metrics/series-memory.js'
import { StageSeries } from '../../../packages/worker/dist/observe/handler-metrics/stage-series.js'
import { ThreadMetrics } from '../../../packages/worker/dist/observe/handler-metrics/thread-metrics.js'

function memory(): SharedArrayBuffer {
  return new SharedArrayBuffer(seriesMemoryBytes)
}

function threadOf(shared: SharedArrayBuffer): ThreadMetrics {
  return new ThreadMetrics(new SeriesMemory(shared, 0))
}

describe('metrics of a handler', () => {
  test('M131 counters and histograms are summed over threads, a gauge is each thread’s own', () => {
    const buffers = [memory(), memory()]
    const stage = new StageSeries(buffers, 0)
    for (const [index, buffer] of buffers.entries()) {
      const metrics = threadOf(buffer)
      metrics.counter('hits_total', { kind: 'a' }).add(index + 1)
      metrics.gauge('depth').set(index)
      metrics.histogram('sizes').observe(3)
    }

    const series = stage.read()
    expect(series.find(({ name }) => name === 'hits_total')).toMatchObject({ labels: { kind: 'a' }, values: [3] })
    expect(series.filter(({ name }) => name === 'depth').map(({ labels, values }) => [labels.slot, values[0]])).toEqual(
      [
        ['1', 0],
        ['2', 1],
      ],
    )
    expect(series.find(({ name }) => name === 'sizes')?.values.at(-1)).toBe(6)
  })

  test('a thread that takes another’s place goes on with its numbers', () => {
    const shared = memory()
    const stage = new StageSeries([shared], 0)
    threadOf(shared).counter('hits_total').add(5)
    const next = threadOf(shared)
    next.counter('hits_total').add(2)
    next.counter('later_total').add(1)

    expect(stage.read().map(({ name, values }) => [name, values[0]])).toEqual([
      ['hits_total', 7],
      ['later_total', 1],
    ])
  })

  test.each([
    ['Hits', {}],
    ['cascade_rows_total', {}],
    ['hits_sum', {}],
    ['hits', { le: '1' }],
    ['hits', { 'a-b': '1' }],
  ])('a name or label that cannot be is HANDLER_ERROR: %s %o', (name, labels) => {
    expect(() => threadOf(memory()).counter(name, labels)).toThrow(expect.objectContaining({ code: 'HANDLER_ERROR' }))
  })

  test('one name has one kind, whatever its labels', () => {
    const metrics = threadOf(memory())
    metrics.counter('hits', { kind: 'a' }).add()

    expect(() => metrics.gauge('hits', { kind: 'b' })).toThrow('is a counter')
  })

  test('a handler that invents labels without end costs a bounded place and breaks nothing', () => {
    const shared = memory()
    const stage = new StageSeries([shared], 0)
    const metrics = threadOf(shared)
    metrics.counter('kept_total').add(1)
    for (let user = 0; user < 10_000; user++) metrics.counter('seen_total', { user: `${user}` }).add(1)
    metrics.counter('kept_total').add(1)

    const series = stage.read()
    expect(series.length).toBeLessThan(1000)
    expect(series[0]).toMatchObject({ name: 'kept_total', values: [2] })
    expect(stage.dropped).toBe(10_001 - series.length)
  })

  test('a counter never goes back', () => {
    const shared = memory()
    const counter = threadOf(shared).counter('hits_total')
    for (const amount of [3, -1, Number.NaN]) counter.add(amount)

    expect(new StageSeries([shared], 0).read()[0]?.values).toEqual([3])
  })
})
