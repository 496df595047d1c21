import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServedApp } from '../http/serving/served-app.ts'

describe('a full stage', () => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start('uws', 'numbers.ts')
  })
  afterAll(() => app.stop())

  test('M48 one running and two waiting leave no room: the other five of eight are refused at once', async () => {
    const running = app.post('/narrow', { x: 200 })
    await expect.poll(() => app.metric('cascade_queue_rows{stage="narrow"}')).toBe(0)
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="narrow"}')).toBe(1)
    const order: number[] = []
    const others = Array.from({ length: 7 }, async (_, index) => {
      const answer = await app.post('/narrow', { x: 100 + index })
      order.push(answer.status)
      return answer
    })
    const answers = [await running, ...(await Promise.all(others))]
    const refused = answers.filter(({ status }) => status === 429)

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(refused).toHaveLength(5)
    expect(order).toEqual([429, 429, 429, 429, 429, 200, 200])
    for (const { headers, body } of refused) {
      expect(headers.get('retry-after')).toMatch(/^\d+$/)
      expect(body.error.code).toBe('QUEUE_FULL')
    }
  })
})

describe('a server without traffic', () => {
  /** User and system time of this process with all its threads, in milliseconds. */
  function cpuMs(): number {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }

  /** How often the process's main thread was woken so far. */
  function wakeUps(): number {
    const status = readFileSync('/proc/self/status', 'utf8')
    return Number(/voluntary_ctxt_switches:\s+(\d+)/.exec(status)?.[1])
  }

  test('R029 ten idle endpoints use less than 1 % of a core', async ({ skip }) => {
    skip(process.platform !== 'linux', 'reads /proc')
    const app = await ServedApp.start('uws', 'ten-endpoints.ts')
    await app.post('/stage-1', { x: 1 })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const before = { cpuMs: cpuMs(), wakeUps: wakeUps() }
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const after = { cpuMs: cpuMs(), wakeUps: wakeUps() }
    await app.stop()

    expect(after.cpuMs - before.cpuMs).toBeLessThan(50)
    expect(after.wakeUps - before.wakeUps).toBeLessThan(100)
  }, 30_000)
})
