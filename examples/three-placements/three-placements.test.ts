import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeTrips } from '../taxi/write-trips.ts'
import { compare } from './compare.ts'

test('the flow gives the same bytes wherever its stage runs', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-trips-'))
  const trips = { folder, rows: 20_000, fileRows: 20_000, groupRows: 5000, seed: 7, impossibleEvery: 5000 } as const
  writeTrips({ ...trips, format: 'parquet' })

  const comparisons = await compare(join(folder, '*.parquet'))

  const hashes = comparisons.flatMap(({ outcome }) => ('sha256' in outcome ? [outcome.sha256] : []))
  expect(hashes.length).toBeGreaterThanOrEqual(2)
  expect(new Set(hashes).size).toBe(1)
  await rm(folder, { recursive: true })
})
