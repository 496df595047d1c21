import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CascadeProcess } from '../cascade-process.ts'

const app = fileURLToPath(new URL('./apps/deadline-chain.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'chain-'))
const marks = join(folder, 'marks')
const socket = join(folder, 'middle.sock')
const budgetMs = 300
const started: CascadeProcess[] = []

/** Both chains: `cascade serve`, a process in the middle, a process at the end. */
const askers = { handler: '', pipeline: '' }

async function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const process = new CascadeProcess(['serve', app, ...words], { CHAIN_MARKS: marks, ...env })
  started.push(process)
  return await process.url()
}

beforeAll(async () => {
  writeFileSync(marks, '')
  const last = await start(['--stage', 'last', '--listen', 'http://127.0.0.1:0'])
  const [, served] = await Promise.all([
    start(['--stage', 'middle', '--listen', `unix:${socket}`], { CHAIN_NEXT: last }),
    start(['--port', '0'], { CHAIN_ROLE: 'served', CHAIN_NEXT: last }),
  ])
  askers.handler = await start(['--port', '0'], { CHAIN_ROLE: 'handler', CHAIN_SOCKET: socket })
  askers.pipeline = await start(['--port', '0'], { CHAIN_ROLE: 'pipeline', CHAIN_NEXT: served })
}, 60_000)

afterAll(async () => {
  for (const process of started) process.kill('SIGKILL')
  await Promise.all(started.map((process) => process.ended))
  rmSync(folder, { recursive: true })
})

beforeEach(() => writeFileSync(marks, ''))

interface Answered {
  readonly status: number
  readonly body: unknown
  readonly tookMs: number
}

async function ask(chain: keyof typeof askers, leaveMs: number, deadlineMs = budgetMs): Promise<Answered> {
  const startedAtMs = performance.now()
  const response = await fetch(`${askers[chain]}/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'cascade-deadline-ms': String(deadlineMs) },
    body: JSON.stringify({ leaveMs }),
  })
  const body: unknown = await response.json()
  return { status: response.status, body, tookMs: performance.now() - startedAtMs }
}

/** Asks with time to spare until there is an answer: threads may be starting. */
async function answered(chain: keyof typeof askers): Promise<void> {
  await expect.poll(async () => (await ask(chain, 2500, 3000)).status, { timeout: 15_000 }).toBe(200)
}

/** What an answer takes that waits for nothing. */
async function restMsOf(chain: keyof typeof askers): Promise<number> {
  const startedAtMs = performance.now()
  await (await fetch(`${askers[chain]}/livez`)).text()
  return performance.now() - startedAtMs
}

/** What the processes of the chain say that they began, one line each: which plan, and with how many milliseconds left. */
function began(hop: 'middle' | 'last'): readonly { readonly leaveMs: number; readonly leftMs: number }[] {
  const lines = readFileSync(marks, 'utf8').split('\n')
  return lines
    .map((line) => line.split(' '))
    .filter(([name]) => name === hop)
    .map(([, leaveMs, leftMs]) => ({ leaveMs: Number(leaveMs), leftMs: Number(leftMs) }))
}

describe.each(['handler', 'pipeline'] as const)(
  'three processes, the middle one a %s that calls the last',
  { timeout: 60_000 },
  (chain) => {
    test('one that is in time is answered, and every process knows of less time than the one before', async () => {
      await answered(chain)

      const [middle, last] = [began('middle').at(-1), began('last').at(-1)]
      expect(middle?.leftMs).toBeLessThanOrEqual(3000)
      expect(last?.leftMs).toBeLessThanOrEqual(2500)
    })

    test('C87 whoever asked fails when the time is over, however slow the middle is', async () => {
      const answers: Answered[] = []
      const lateMs: number[] = []
      for (let time = 0; time < 5; time++) {
        const restMs = await restMsOf(chain)
        const answer = await ask(chain, -200)
        answers.push(answer)
        lateMs.push(answer.tookMs - budgetMs - restMs)
      }

      for (const { status, body, tookMs } of answers) {
        expect([status, body]).toMatchObject([504, { error: { code: 'DEADLINE_EXCEEDED' } }])
        // Timers are never early; a server takes up to 3 % less than it was given.
        expect(tookMs).toBeGreaterThan(budgetMs - 30)
      }
      expect(Math.min(...lateMs)).toBeLessThan(30)
      expect(began('middle').length).toBeGreaterThan(0)
      expect(began('last')).toEqual([])
    })

    test('C87 the last stage never begins with less than 5 ms', async () => {
      for (let leaveMs = 0; leaveMs <= 40; leaveMs += 4) await ask(chain, leaveMs)
      await answered(chain)

      const all = began('last')
      expect(all.at(-1)).toMatchObject({ leaveMs: 2500 })
      expect(began('middle').some(({ leaveMs }) => leaveMs < 5)).toBe(true)
      for (const { leaveMs, leftMs } of all) {
        expect(leaveMs).toBeGreaterThanOrEqual(5)
        expect(leftMs).toBeGreaterThanOrEqual(5)
        expect(leftMs).toBeLessThanOrEqual(leaveMs)
      }
    })
  },
)
