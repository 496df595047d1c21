import { expect, test } from 'vitest'
import { fullJitterMs } from '../../../packages/cascade/dist/between/full-jitter.js'
import { SeededRandom } from '../../fuzz/seeded-random.ts'

const backOff = { baseMs: 100, capMs: 5000 }

test.each([
  [1, 100],
  [2, 200],
  [3, 400],
  [6, 3200],
  [7, 5000],
  [40, 5000],
])('C86 before retry %i a thousand waits are spread over 0 to %i ms', (retry, mostMs) => {
  const random = new SeededRandom(86)

  const waits = Array.from({ length: 1000 }, () => fullJitterMs(retry, backOff, () => random.next()))

  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...waits)).toBeLessThan(mostMs)
  // Full jitter: all of the range, and every part of it as often as any other.
  for (let tenth = 0; tenth < 10; tenth++) {
    const within = waits.filter((ms) => ms >= (mostMs * tenth) / 10 && ms < (mostMs * (tenth + 1)) / 10)
    expect(within.length).toBeGreaterThan(60)
    expect(within.length).toBeLessThan(145)
  }
})

test('without a base nobody waits', () => {
  expect(fullJitterMs(3, { baseMs: 0, capMs: 5000 }, () => 0.999)).toBe(0)
})
