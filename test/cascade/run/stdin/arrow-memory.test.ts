import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { batchMessage, rowsFrom, schemaMessage, type SentRow } from './arrow-rows.ts'
import { dataOf, newFolder, PipedRun } from './piped-run.ts'

vi.setConfig({ testTimeout: 120_000 })

const mebibyte = 2 ** 20
const budget = 256
function longRows(count: number): readonly SentRow[] {
  return rowsFrom(0, count).map((row) => ({ ...row, zone: row.zone.repeat(150) }))
}

test.each([
  ['of a mebibyte, most of it in a column that nobody reads', rowsFrom(0, 1000, 'x'.repeat(1000)), 600, 128],
  ['of a fifth of its memory each', longRows(50_000), 12, 160],
  // What was read before is only collected when more is.
  ['of half of its memory, more than is there for rows', longRows(150_000), 5, 256],
])(
  'C17 an Arrow stream larger than the memory of its run goes through it, in batches %s',
  async (_, rows, count, slack) => {
    const output = join(newFolder(), 'out')
    const run = new PipedRun('ids', ['--output', output, '--memory', `${budget}MiB`])
    const message = batchMessage(rows)
    expect(message.byteLength * count).toBeGreaterThan(2 * budget * mebibyte)
    await run.write(schemaMessage())
    let peakBytes = 0
    for (let sent = 0; sent < count; sent++) {
      await run.write(message)
      peakBytes = Math.max(peakBytes, run.peakBytes)
    }

    const { code, stderr } = await run.end()

    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`${(rows.length * count).toLocaleString('en')} rows in`),
    ])
    expect(dataOf(output).byteLength).toBeGreaterThan(8 * rows.length * count)
    expect(peakBytes / mebibyte).toBeLessThan(budget + slack)
  },
)
