import { expect, test } from 'vitest'
import { memorySlope } from './memory-slope.ts'
import { renderSoak } from './soak-report.ts'
import { runSoak } from './soak-run.ts'

/** `npm run soak` asks for ten minutes; here ten seconds at twice the pace, for every commit to pay for. */
const asked = process.env.SOAK_MINUTES
const seconds = asked === undefined ? 10 : Number(asked) * 60
const paceMs = asked === undefined ? 20 : 40
const seed = Number(process.env.SOAK_SEED ?? 1)
const share = 0.05
const mebibyte = 2 ** 20

test(
  `C118 over ${seconds} s in which something befalls every twentieth batch no row is lost or comes twice`,
  async () => {
    const report = await runSoak({ seconds, paceMs, seed, share })
    if (asked !== undefined) console.log(renderSoak(report))

    expect([report.code, report.wrong, report.rejected], report.stderr).toEqual([0, [], 0])
    const befallen = [...report.faults.values()].reduce((sum, count) => sum + count, 0)
    expect(befallen / report.batchCount).toBeGreaterThan(share / 2)
    expect([...report.faults.keys()].toSorted()).toEqual(['away', 'ends', 'killed', 'late', 'throws'])
    // Shorter, and what is seen is only how a process gets warm.
    if (seconds >= 600) expect(memorySlope(report.memory) / mebibyte).toBeLessThan(1)
  },
  (seconds * 3 + 120) * 1000,
)

test('the slope of memory is that of its later two thirds', () => {
  const samples = Array.from({ length: 90 }, (_, second) => {
    return { seconds: second, bytes: second < 30 ? second * mebibyte : (30 + second / 60) * mebibyte }
  })

  expect(memorySlope(samples) / mebibyte).toBeCloseTo(1)
})
