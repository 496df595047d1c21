import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Between, between, type HostOptions } from '@redesmyn/cascade'
import type { AnyStage } from '@redesmyn/core'
import { afterAll, afterEach, expect, test } from 'vitest'
import { CascadeProcess } from '../cascade-process.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { once, score } from '../stage-server/apps/served-stages.ts'
import { servedApp } from '../stage-server/service-under-test.ts'
import { context } from './call-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'processes-'))
const started: CascadeProcess[] = []
const opened: Between[] = []

afterAll(() => rmSync(folder, { recursive: true, force: true }))

afterEach(async () => {
  await Promise.all(opened.splice(0).map((way) => way.close('abort')))
  for (const cascade of started) cascade.kill('SIGKILL')
  await Promise.all(started.splice(0).map((cascade) => cascade.ended))
})

async function serve(name: string): Promise<string> {
  const cascade = new CascadeProcess(['serve', servedApp(), '--stage', name, '--listen', 'http://127.0.0.1:0'])
  started.push(cascade)
  return await cascade.url()
}

function open(stage: AnyStage, options: HostOptions): Between {
  const way = between.host(options).open([stage])
  opened.push(way)
  return way
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'C54 one of three processes gets %s while calls are on their way: none fails, and each gets its own rows',
  { timeout: 60_000 },
  async (signal) => {
    const urls = await Promise.all([serve('score'), serve('score'), serve('score')])
    const way = open(score, { urls, attemptTimeoutMs: 1000, breaker: { openMs: 60_000 } })
    const send = async (x: number) => {
      const { batch } = await way.call(batchOf(score.input, [{ x }]), context({ idempotencyKey: `row-${x}` }))
      return batch.rows()
    }
    await Promise.all([1, 2, 3, 4, 5, 6].map(send))

    const calls: Promise<readonly unknown[]>[] = []
    for (let x = 0; x < 120; x++) {
      if (x === 40) started[0]?.kill(signal)
      calls.push(send(x))
      if (x % 4 === 3) await Promise.race(calls.slice(-4))
    }
    const answers = await Promise.all(calls)

    expect(answers).toEqual(Array.from({ length: 120 }, (_, x) => [{ y: 2 * x }]))
    expect(way.stats?.().instances[0]).toMatchObject({ address: urls[0] })
  },
)

test('C83 a process that does not answer has been called once where it may run once', { timeout: 60_000 }, async () => {
  const [marker, gate] = [join(folder, 'marker'), join(folder, 'gate')]
  const way = open(once, { urls: [await serve('once')], attemptTimeoutMs: 500 })

  const error = await rejectionOf(way.call(batchOf(once.input, [{ x: 1 }]), context({ partition: { marker, gate } })))

  expect(error).toMatchObject({ code: 'HANDOFF_FAILED', details: { stage: 'once', between: 'host', attempts: 1 } })
  expect(error).not.toHaveProperty('details.notExecuted')
  expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('only 1\n')
})
