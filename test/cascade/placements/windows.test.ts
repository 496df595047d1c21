import { afterAll, expect, test, vi } from 'vitest'
import { samplesOf, valueOf } from '../../worker/observe/parse-exposition.ts'
import { runCascade } from '../cascade-process.ts'
import { numbers, reportOf, RunFolder } from '../run/rows/run-folder.ts'
import { metricsUrl, scrape, until } from '../run/rows/watched-run.ts'
import { crossingApp, elsewhere, everywhere, OfferedStages, service } from './placements.ts'

vi.setConfig({ testTimeout: 120_000 })

const flow = crossingApp('numbers.ts')
const stages = new OfferedStages(flow, ['score'], [], { SLEEP_MS: '50' })
afterAll(() => stages.close())

const mebibyte = 2 ** 20
const padBytes = 1000
/** Of a batch, with what stands around its texts. */
const batchBytes = 100 * (padBytes + 8 + 4) + 1000
/** Calls of a stage elsewhere at once, where nobody says otherwise. */
const maxCalls = 4

function folderOf(rowCount: number): RunFolder {
  const folder = new RunFolder(flow)
  folder.put(
    'rows',
    numbers(rowCount, 10).map((id) => ({ id, pad: 'x'.repeat(padBytes) })),
  )
  return folder
}

/** What the run says that it needs. */
async function leastMemory(folder: RunFolder, flags: readonly string[]): Promise<number> {
  const { code, stderr } = await folder.run('scored', [...flags, '--memory', '50MiB'])
  expect(code).toBe(7)
  expect(stderr).toMatch(/the largest term is [a-z ]+ with \d+ MiB/)
  return Number(/needs at least (\d+) bytes/.exec(stderr)?.[1])
}

test.each(everywhere)(
  'C44 C96 in placement $placement a slow stage has no more on its way than the windows, and is what the run waits for',
  async (place) => {
    const { flags, address } = await stages.at(place)
    const folder = folderOf(4000)
    const memory = String((await leastMemory(folder, flags)) + 2 * mebibyte)

    const words = [...flags, '--memory', memory, '--metrics-port', '0', '--json']
    const run = folder.start('scored', words, place === service ? { SLEEP_MS: '50' } : {})
    const url = await metricsUrl(run)
    const seen: { readonly ledger: number; readonly way: number; readonly budget: number }[] = []
    const taken: number[] = []
    await until(async () => {
      const families = await scrape(url).catch(() => undefined)
      if (families === undefined) return true
      const bytes = samplesOf(families, 'cascade_inflight_bytes')
      const on = (edges: readonly string[]) => {
        return bytes.filter(({ labels }) => edges.includes(labels['edge'])).reduce((sum, { value }) => sum + value, 0)
      }
      seen.push({
        ledger: on(['read', 'stages', 'write']),
        way: on(['score']),
        budget: valueOf(families, 'cascade_memory_budget_bytes'),
      })
      if (address.startsWith('http:')) {
        taken.push(valueOf(await scrape(`${address}/metrics`), 'cascade_inflight_bytes', { edge: 'calls' }))
      }
      return undefined
    })

    const { bottleneck, rows } = reportOf(await run.ended)
    expect(rows).toMatchObject({ in: 4000, out: 4000 })
    expect(seen.length).toBeGreaterThan(10)
    for (const { ledger, way, budget } of seen) {
      expect(ledger).toBeLessThanOrEqual(budget)
      expect(way).toBeLessThanOrEqual(maxCalls * batchBytes)
    }
    // At the other end as well, where there are heads of messages around them.
    for (const bytes of taken) expect(bytes).toBeLessThanOrEqual(maxCalls * (batchBytes + 2000))
    expect(Math.max(...seen.map(({ way }) => way)) > 0).toBe(place !== service)
    expect(bottleneck).toBe('score')
  },
)

test.each(elsewhere)(
  'C46 with a stage in placement $placement a run says how much memory is enough, and a byte less is not',
  async (place) => {
    const { flags } = await stages.at(place)
    const folder = folderOf(300)

    const least = await leastMemory(folder, flags)
    const less = await folder.run('scored', [...flags, '--memory', String(least - 1)])
    const enough = await folder.run('scored', [...flags, '--memory', String(least)])

    expect([less.code, enough.code]).toEqual([7, 0])
    expect(folder.manifest().rows.out).toBe(300)
  },
)

test('C97 --explain says of each stage its placement, how many calls go there at once, and what is promised', async () => {
  const folder = folderOf(10)
  const flags = ['--place', 'first=app:/run/first.sock', '--place', 'score=host:https://a:8443,https://b:8443']
  const words = ['run', `${flow}#scored`, '--input', folder.file('*.ndjson'), ...flags]

  const [text, again, mermaid] = await Promise.all([
    runCascade([...words, '--explain']),
    runCascade([...words, '--explain']),
    runCascade([...words, '--explain=mermaid']),
  ])

  expect([text.code, text.stdout]).toEqual([0, again.stdout])
  expect(text.stdout.split('\n').filter((line) => line.startsWith('stage'))).toMatchInlineSnapshot(`
    [
      "stage    first: over app, up to 4 calls at once; pure, a row runs at least once",
      "stage    score: over host, up to 4 calls at once; pure, a row runs at least once",
      "stage    last: 1 thread; pure, a row runs at least once",
    ]
  `)
  expect(mermaid.stdout).toContain('host')
})
