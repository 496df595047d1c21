import { writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { samplesOf } from '../../../worker/observe/parse-exposition.ts'
import { linesIn, numbers, RunFolder } from './run-folder.ts'
import { metricsUrl, scrape, until } from './watched-run.ts'

vi.setConfig({ testTimeout: 60_000 })

test('C40 a row that aborts its process is rejected alone, and the crashes are counted', async () => {
  const folder = new RunFolder('poison.ts')
  const [crashes, gate] = [folder.file('crashes'), folder.file('gate')]
  const ids = numbers(8).map((id) => (id === 5 ? -1 : id))
  folder.put(
    'rows',
    ids.map((id) => ({ id })),
  )

  const run = folder.start('survived', ['--metrics-port', '0', '--json'], { CRASHES: crashes, GATE: gate })
  const url = await metricsUrl(run)
  // Rows reach the stage behind only when those that crash are found.
  const restarts = await until(async () => {
    const families = await scrape(url)
    const held = samplesOf(families, 'cascade_inflight_batches', { stage: 'hold' })
    if (!held.some(({ value }) => value > 0)) return undefined
    return samplesOf(families, 'cascade_worker_restarts_total', { stage: 'fragile' })
  })
  writeFileSync(gate, '')
  const { code } = await run.ended

  const calls = linesIn(crashes).map(Number)
  expect(code).toBe(0)
  expect(folder.rows().map(({ id }) => id)).toEqual(ids.filter((id) => id >= 0))
  expect(folder.manifest().rows).toMatchObject({ in: 8, out: 7, rejected: 1 })
  expect(calls.slice(0, 2)).toEqual([8, 8])
  expect(calls.slice(-2)).toEqual([1, 1])
  expect(restarts.reduce((sum, { value }) => sum + value, 0)).toBe(calls.length)
})
