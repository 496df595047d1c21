import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { samplesOf, valueOf } from '../../../worker/observe/parse-exposition.ts'
import { peakOf } from '../../taxi/peak-memory.ts'
import { cascadeBin } from '../whole/flow-folder.ts'
import { linesIn, numbers, RunFolder } from './run-folder.ts'
import { metricsUrl, scrape, until } from './watched-run.ts'

vi.setConfig({ testTimeout: 60_000 })

const mebibyte = 2 ** 20
const pad = 'x'.repeat(1000)

/** What the run says that it needs. */
async function leastMemory(folder: RunFolder, asset: string): Promise<number> {
  const { code, stderr } = await folder.run(asset, ['--memory', '50MiB'])
  const needed = /needs at least (\d+) bytes/.exec(stderr)?.[1]
  expect(code).toBe(7)
  expect(stderr).toMatch(/the largest term is [a-z ]+ with \d+ MiB/)
  return Number(needed)
}

test('C46 too little memory ends a run with 7 naming the largest term, and what it says that it needs is enough', async () => {
  const folder = new RunFolder('slow-steps.ts')
  folder.put(
    'rows',
    numbers(1000).map((id) => ({ id, pad })),
  )

  const least = await leastMemory(folder, 'passed')
  const less = await folder.run('passed', ['--memory', String(least - 1)])
  const enough = await folder.run('passed', ['--memory', String(least)])

  expect([less.code, enough.code]).toEqual([7, 0])
  expect(folder.manifest().rows.out).toBe(1000)
})

test('C44 a fast source in front of a slow stage has no more on the way than its window, at any time', async () => {
  const folder = new RunFolder('slow-steps.ts')
  folder.put(
    'rows',
    numbers(5000).map((id) => ({ id, pad })),
  )
  const least = await leastMemory(folder, 'passed')

  const flags = ['--memory', String(least + 2 * mebibyte), '--metrics-port', '0']
  const run = folder.start('passed', flags, { SLEEP_MS: '50' })
  const url = await metricsUrl(run)
  const seen: { readonly edges: readonly number[]; readonly budget: number; readonly total: number }[] = []
  await until(async () => {
    const families = await scrape(url).catch(() => undefined)
    if (families === undefined) return true
    seen.push({
      edges: samplesOf(families, 'cascade_inflight_bytes').map(({ value }) => value),
      budget: valueOf(families, 'cascade_memory_budget_bytes'),
      total: valueOf(families, 'cascade_bytes_total', { edge: 'read' }),
    })
    return undefined
  })

  expect((await run.ended).code).toBe(0)
  expect(seen.length).toBeGreaterThan(10)
  for (const { edges, budget } of seen) expect(edges.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(budget)
  // There was more to have on the way than the window lets in.
  expect(seen.at(-1)?.total).toBeGreaterThan(2 * seen[0].budget)
})

test('C47 rows of a byte to 20 MB run within their memory, and no batch is larger than the cap but that of one row', async () => {
  const folder = new RunFolder('texts.ts')
  const batches = folder.file('batches')
  const sizes = numbers(1500).map((id) => {
    if (id % 300 === 7) return 20_000_000
    return id % 50 === 3 ? 1_000_000 : (id % 97) + 1
  })
  const text = 'y'.repeat(20_000_000)
  for (const file of numbers(3)) {
    const rows = sizes.slice(file * 500, file * 500 + 500)
    folder.put(
      String(file),
      rows.map((size, row) => ({ id: file * 500 + row, text: text.slice(0, size) })),
    )
  }

  const { ended, peakBytes } = await peakOf(folder.start('passed', ['--memory', '256MiB'], { BATCHES: batches }))

  expect(ended.stderr).toContain('1,500 rows')
  expect(ended.code).toBe(0)
  expect(folder.rows().map((row) => String(row['text']).length)).toEqual(sizes)
  for (const { rows, bytes } of linesIn(batches)) if (rows !== 1) expect(bytes).toBeLessThanOrEqual(32 * mebibyte)
  // What a thread has read is only collected when it reads more: two threads keep a row of the largest each.
  expect(peakBytes / mebibyte).toBeLessThan(480)
})

test('C48 nobody reads the output, and the source is not read further than the windows let it', async () => {
  const folder = new RunFolder('texts.ts')
  folder.put(
    'rows',
    numbers(80_000).map((id) => ({ id, text: pad })),
  )
  const words = ['--output', '-', '--batch-rows', '500', '--memory', '200MiB', '--quiet', '--metrics-port', '0']
  const child = spawn(process.execPath, [cascadeBin, ...folder.words('passed'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  child.stderr.on('data', (piece: Buffer) => (told += piece.toString()))
  const url = await until(() => /metrics at (\S+)/.exec(told)?.[1])

  // Until it stands still: the pipe is full, and so is everything before it.
  let [readBytes, looks] = [0, 0]
  await until(async () => {
    const now = valueOf(await scrape(url), 'cascade_bytes_total', { edge: 'read' })
    looks = now > 0 && now === readBytes ? looks + 1 : 0
    readBytes = now
    return looks === 50 || undefined
  })
  const bytesOfProcess = Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${child.pid}/io`, 'utf8'))?.[1])
  let lines = 0
  for await (const _ of createInterface(child.stdout)) lines++
  if (child.exitCode === null) await once(child, 'exit')

  expect([child.exitCode, told]).toEqual([0, expect.stringContaining('80,000 written')])
  // What it reads of its own code is among these.
  expect(bytesOfProcess).toBeLessThan(statSync(folder.file('rows.ndjson')).size / 2)
  expect(lines).toBe(80_000)
})
