import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { samplesOf } from '../../../worker/observe/parse-exposition.ts'
import { linesIn, numbers, reportOf, RunFolder } from './run-folder.ts'
import { metricsUrl, scrape, until } from './watched-run.ts'

vi.setConfig({ testTimeout: 60_000 })

const secret = 'nobody-may-read-this'

/** Three batches of a hundred rows, of which three are rejected. */
function folderOfRows(): RunFolder {
  const folder = new RunFolder('three-stages.ts')
  const ids = numbers(300).map((id) => (id % 100 === 50 ? -1 : id))
  folder.put(
    'rows',
    ids.map((id) => ({ id, secret })),
  )
  return folder
}

/** All but those of calls to other hosts, and restarts, which are there once there was one. */
const metricNames = [
  'cascade_rows_total',
  'cascade_batches_total',
  'cascade_bytes_total',
  'cascade_copied_bytes_total',
  'cascade_stage_seconds',
  'cascade_inflight_batches',
  'cascade_inflight_bytes',
  'cascade_blocked_ratio',
  'cascade_rejects_total',
  'cascade_parts',
  'cascade_commit_seconds',
  'cascade_memory_used_bytes',
  'cascade_memory_budget_bytes',
]

/** Labels whose values are names that somebody has written, numbers of threads, or words of a short list. */
const labelNames = new Set(['stage', 'result', 'reason', 'edge', 'phase', 'on', 'code', 'state', 'slot', 'le'])

test('C93 the metrics of a run are all there, can be read strictly, and have labels of few values', async () => {
  const folder = folderOfRows()
  const gate = folder.file('gate')
  const run = folder.start('scored', ['--metrics-port', '0'], { GATE: gate })
  const url = await metricsUrl(run)

  const families = await until(async () => {
    const found = await scrape(url)
    // Once a part of the rows is written, and before the run is over.
    return samplesOf(found, 'cascade_rejects_total').length > 0 ? found : undefined
  })
  writeFileSync(gate, '')

  expect((await run.ended).code).toBe(0)
  expect([...families.keys()]).toEqual(expect.arrayContaining(metricNames))
  for (const { samples } of families.values()) {
    for (const { labels } of samples) {
      expect(Object.keys(labels).filter((name) => !labelNames.has(name))).toEqual([])
      for (const value of Object.values(labels)) expect(value).toMatch(/^[\w+.-]{0,40}$/)
    }
  }
})

test('C101 lines of the log say of which run, stage, part, attempt and trace they are, and hold no rows', async () => {
  const folder = folderOfRows()
  const logFile = folder.file('run.log')

  const { runId: run, traceId } = reportOf(
    await folder.run('scored', ['--json', '--log-level', 'info', '--log-file', logFile]),
  )

  const lines = linesIn(logFile)
  const said = lines.filter(({ said }) => said !== undefined)
  expect(lines.filter((line) => line['run'] !== run || line['traceId'] !== traceId)).toEqual([])
  expect(said.map(({ stage }) => String(stage)).toSorted()).toEqual(
    ['check', 'round', 'score'].flatMap((stage) => [stage, stage, stage]),
  )
  for (const line of said) {
    expect(line).toMatchObject({
      part: 0,
      partition: {},
      attempt: 1,
      batch: expect.stringMatching(/^scored-[0-9a-f]{16}\/0\/\d+$/),
    })
  }
  expect(lines.find(({ msg }) => msg === 'Part committed.')).toMatchObject({ asset: 'scored', part: 0, partition: {} })
  expect(readFileSync(logFile, 'utf8')).not.toContain(secret)
})

test('R124 a run tells of each stage what went through it, how long and by which transport, under one trace', async () => {
  const folder = folderOfRows()
  const told = folder.file('told')

  const { steps, traceId, runId, rows } = reportOf(await folder.run('scored', ['--json'], { TOLD: told }))

  expect(steps.map(({ name, rowsIn, rows: given }) => [name, rowsIn, given])).toEqual([
    ['rows', 300, 300],
    ['check', 300, 297],
    ['score', 297, 297],
    ['round', 297, 297],
    ['scored', 297, 297],
  ])
  for (const { bytes, busyMs, waitMs, retries, placement } of steps) {
    expect(bytes).toBeGreaterThan(0)
    expect(busyMs).toBeGreaterThan(0)
    expect(waitMs).toBeGreaterThanOrEqual(0)
    expect([retries, placement]).toEqual([0, 'service'])
  }
  expect(rows).toMatchObject({ in: 300, out: 297, rejected: 3 })
  expect(linesIn(told)).toHaveLength(9)
  for (const { traceparent } of linesIn(told)) expect(String(traceparent).split('-')[1]).toBe(traceId)
  expect(folder.commits().map(({ run }) => run)).toEqual([runId])
})
