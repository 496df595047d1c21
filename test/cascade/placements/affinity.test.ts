import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CascadeProcess } from '../cascade-process.ts'

const app = fileURLToPath(new URL('./apps/tallies.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'affinity-'))
const [loads, list] = [join(folder, 'loads'), join(folder, 'urls')]
const shops = Array.from({ length: 500 }, (_, index) => `shop-${index}`)
const started: CascadeProcess[] = []
let asker = ''

async function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CascadeProcess> {
  const process = new CascadeProcess(['serve', app, ...words], { TALLY_LOADS: loads, ...env })
  started.push(process)
  await process.url()
  return process
}

/** A process that keeps totals. */
function startTally(): Promise<CascadeProcess> {
  return start(['--stage', 'tally-by-shop', '--listen', 'http://127.0.0.1:0'])
}

beforeAll(async () => {
  writeFileSync(loads, '')
  const tallies = await Promise.all([startTally(), startTally(), startTally()])
  await tell(tallies)
  const process = await start(['--port', '0', '--request-timeout-ms', '60000'], { TALLY_URLS: list })
  asker = await process.url()
}, 60_000)

afterAll(async () => {
  for (const process of started) process.kill('SIGKILL')
  await Promise.all(started.map((process) => process.ended))
  rmSync(folder, { recursive: true })
})

async function tell(tallies: readonly CascadeProcess[]): Promise<void> {
  const urls = await Promise.all(tallies.map((process) => process.url()))
  writeFileSync(list, urls.join('\n'))
}

interface Total {
  readonly shop: string
  readonly pid: number
  readonly sales: number
}

/** One sale of each shop, all in one request: the sender takes them apart. */
async function sell(names: readonly string[] = shops): Promise<readonly Total[]> {
  const response = await fetch(`${asker}/tally`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(names.map((shop) => ({ shop, amount: 1 }))),
  })
  const body = (await response.json()) as { readonly predictions: readonly Total[] }
  expect(response.status, JSON.stringify(body).slice(0, 500)).toBe(200)
  expect(body.predictions.map(({ shop }) => shop)).toEqual(names)
  return body.predictions
}

function loadCounts(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const shop of readFileSync(loads, 'utf8').split('\n').slice(0, -1)) counts.set(shop, (counts.get(shop) ?? 0) + 1)
  return counts
}

function homesOf(totals: readonly Total[]): ReadonlyMap<string, number> {
  return new Map(totals.map(({ shop, pid }) => [shop, pid]))
}

test('C79 R139 a shop is always with the same one of three processes, its state is made once, and a fourth takes a quarter', {
  timeout: 180_000,
}, async () => {
  const homes = homesOf(await sell())
  let calls = 0
  let strays = 0
  for (let round = 2; round <= 3; round++) {
    for (const { shop, pid, sales } of await sell()) {
      calls += 1
      if (homes.get(shop) !== pid || sales !== round) strays += 1
    }
  }

  expect(new Set(homes.values()).size).toBe(3)
  expect(strays / calls).toBeLessThanOrEqual(0.001)
  expect([...loadCounts().values()].filter((count) => count !== 1).length / shops.length).toBeLessThanOrEqual(0.001)
  expect(loadCounts().size).toBe(shops.length)

  const fourth = await startTally()
  await tell([...started.filter((process) => process !== fourth).slice(0, 3), fourth])
  await expect
    .poll(async () => (await sell(shops.slice(0, 40))).some(({ pid }) => pid === fourth.pid), { timeout: 30_000 })
    .toBe(true)
  const moved = (await sell()).filter(({ shop, pid }) => pid !== homes.get(shop))

  expect(moved.length / shops.length).toBeLessThanOrEqual(1 / 4 + 0.05)
  expect(moved.filter(({ pid }) => pid !== fourth.pid)).toEqual([])
})
