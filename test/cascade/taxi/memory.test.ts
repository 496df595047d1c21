import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { peakOf } from './peak-memory.ts'
import { reportOf, TaxiFolder } from './taxi-run.ts'

const mebibyte = 2 ** 20
/** The rows' own sizes, which take minutes: 10 and 50 million trips, 10 GB of lines. */
const isWhole = process.env.TAXI_WHOLE !== undefined

test('C45 more rows take the same memory, within the budget and what Node takes', async () => {
  const [few, many] = isWhole ? [10_000_000, 50_000_000] : [3_000_000, 6_000_000]
  const peaks: number[] = []
  for (const rows of [few, many]) {
    const trips = new TaxiFolder({ rows, fileRows: 500_000, groupRows: 100_000 })
    try {
      const { ended, peakBytes } = await peakOf(trips.start('out', ['--memory', '600MiB', '--threads', '2']))
      expect(reportOf(ended).rows.out).toBe(rows)
      peaks.push(peakBytes)
    } finally {
      trips.remove()
    }
  }

  const [small, large] = peaks
  expect(large / mebibyte).toBeLessThan(690)
  expect(large).toBeLessThan(1.1 * small)
}, 900_000)

test('R123 data larger than the memory it may take streams through', async () => {
  const [rows, limitMiB, leastBytes] = isWhole ? [47_000_000, 512, 10e9] : [3_000_000, 512, 512 * mebibyte]
  const trips = new TaxiFolder({ rows, fileRows: 500_000, groupRows: 100_000, format: 'ndjson' })
  try {
    const data = Array.from({ length: rows / 500_000 }, (_, file) => `trips-${String(file).padStart(4, '0')}.ndjson`)
    const inputBytes = data.reduce((sum, name) => sum + statSync(join(trips.path, 'data', name)).size, 0)
    const { ended, peakBytes } = await peakOf(trips.start('out', ['--memory', '256MiB', '--threads', '2']))

    expect(inputBytes).toBeGreaterThan(leastBytes)
    expect(reportOf(ended).rows.out).toBe(rows)
    expect(peakBytes / mebibyte).toBeLessThan(limitMiB)
  } finally {
    trips.remove()
  }
}, 1_800_000)
