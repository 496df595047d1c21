import { describe, expect, test } from 'vitest'
import { LogHistogram, millisecondBounds } from '../../../packages/worker/dist/observe/log-histogram.js'

/** The same numbers on every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 2 ** 32
  }
}

const shapes: readonly (readonly [name: string, draw: (next: () => number) => number])[] = [
  ['even', (next) => 10 * next()],
  ['log-normal', (next) => Math.exp(2 * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()))],
  ['two peaks', (next) => (next() < 0.94 ? 0.05 + 0.01 * next() : 800 + 100 * next())],
  ['minutes', (next) => 60_000 + 3_600_000 * next()],
]

describe('LogHistogram', () => {
  test.each(shapes)('R099 p50, p95 and p99 of %s values are within 2 %% of those of all values sorted', (_, draw) => {
    const next = random(7)
    const values = Array.from({ length: 20_000 }, () => draw(next))
    const histogram = new LogHistogram()
    for (const value of values) histogram.add(value)
    const sorted = Float64Array.from(values).sort()

    for (const share of [0.5, 0.95, 0.99]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1]
      expect(Math.abs(histogram.quantileMs(share) / exact - 1)).toBeLessThan(0.02)
    }
    expect(histogram.count).toBe(values.length)
    expect(histogram.sumMs).toBeCloseTo(
      values.reduce((sum, value) => sum + value, 0),
      3,
    )
  })

  test('M128 bounds are 1 ms · 2^k, some below, to the first that no request outlives', () => {
    expect(millisecondBounds(3000)).toEqual([
      0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096,
    ])
    expect(millisecondBounds(4096).at(-1)).toBe(4096)
    expect(millisecondBounds(60_000).at(-1)).toBe(65_536)
  })

  test('a value on a bound counts below it, as Prometheus wants, and one above it above', () => {
    const bounds = millisecondBounds(4096)
    for (const [index, bound] of bounds.entries()) {
      const histogram = new LogHistogram()
      histogram.add(bound)
      histogram.add(bound * 1.001)

      const counts = histogram.countsBy(bounds)
      expect([counts[index], counts[index + 1]]).toEqual([1, 1])
    }
  })

  test('nothing, less than nothing and years are counted too', () => {
    const histogram = new LogHistogram()
    for (const ms of [0, -1, 1e-9, 1e12]) histogram.add(ms)

    expect(histogram.countsBy([1, 1000])).toEqual([3, 0, 1])
    expect(new LogHistogram().quantileMs(0.5)).toBe(0)
  })

  test('merging adds up', () => {
    const [one, other] = [new LogHistogram(), new LogHistogram()]
    for (const ms of [1, 2, 300]) one.add(ms)
    for (const ms of [2, 5000]) other.add(ms)
    one.merge(other)

    expect([one.count, one.sumMs]).toEqual([5, 5305])
    expect(one.countsBy([1, 2, 512])).toEqual([1, 2, 1, 1])
  })
})
