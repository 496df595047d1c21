import { expect, test, vi } from 'vitest'
import { numbers, type Row, RunFolder } from './run-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const partCount = 12

/** A part of its own, of a size and a mixture of its own; some are empty once they are judged. */
function part(seed: number): readonly Row[] {
  return numbers((seed * 37) % 211).map((id) => ({ id: seed * 1000 + id, many: ((id * 7 + seed * 5) % 7) - 1 }))
}

const givenBy: Readonly<Record<string, (many: number) => number>> = {
  same: () => 1,
  fewer: (many) => Number(many % 2 === 0),
  more: (many) => many,
  all: (many) => (many % 2 === 0 ? many : 0),
}

const assets = Object.entries(givenBy)

test.each(assets)('C31 in every record of %s the rows add up', async (asset, given) => {
  const folder = new RunFolder('counted.ts')
  const parts = numbers(partCount).map((seed) => part(seed))
  for (const [seed, rows] of parts.entries()) folder.put(String(seed).padStart(2, '0'), rows)

  const { code, stderr } = await folder.run(asset)

  expect(stderr).toContain('completed')
  expect(code).toBe(0)
  const told = folder.commits().map(({ rows }) => rows)
  const filled = parts.filter((rows) => rows.length > 0)
  expect(told.filter((rows) => rows.in > 0)).toEqual(
    filled.map((rows) => {
      const kept = rows.map(({ many }) => Number(many)).filter((many) => many >= 0)
      const out = kept.filter((many) => given(many) > 0).length
      const written = kept.reduce((sum, many) => sum + given(many), 0)
      return { in: rows.length, out, filtered: kept.length - out, rejected: rows.length - kept.length, written }
    }),
  )
  for (const rows of told) expect(rows.in).toBe(rows.out + rows.filtered + rows.rejected)
  expect(folder.rows()).toHaveLength(told.reduce((sum, { written }) => sum + written, 0))
})
