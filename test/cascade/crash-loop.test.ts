import { afterEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess } from './cascade-process.ts'

const started: CascadeProcess[] = []

function serve(app: string, env: Readonly<Record<string, string>> = {}): CascadeProcess {
  const cascade = new CascadeProcess(['serve', appPath(app), '--port', '0'], env)
  started.push(cascade)
  return cascade
}

afterEach(async () => {
  for (const cascade of started) cascade.kill('SIGKILL')
  await Promise.all(started.splice(0).map((cascade) => cascade.ended))
})

async function post(url: string, x: number): Promise<number> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ x }) })
  await response.arrayBuffer()
  return response.status
}

describe('threads that do not live', () => {
  test('M108 an app that throws in all of its threads ends the command with the error, and not with 0', async () => {
    const startedAtMs = performance.now()
    const { code, stderr } = await serve('throws-in-threads.ts').ended
    const tookMs = performance.now() - startedAtMs

    expect(code).toBe(2)
    expect(stderr).toContain('no such device')
    expect(tookMs).toBeLessThan(4000)
  })

  test('M119 threads that end as soon as they serve are tried with growing pauses, five times, then the command ends', async () => {
    const cascade = serve('crashing.ts', { CRASHING: 'yes' })
    await cascade.event('listening')
    const { code } = await cascade.ended
    const delays = cascade.log.filter(({ delayMs, stage }) => delayMs !== undefined && stage === 'crashing')

    expect(code).toBe(1)
    expect(delays.map(({ delayMs }) => delayMs)).toEqual([0, 100, 200, 400])
    const loop = await cascade.event('crashLoop')
    expect(JSON.stringify(loop)).toMatch(/stage \\"(crashing|fragile)\\" lost 5 threads within 10 s/)
  })

  test('M119 a stage that loses one thread after another to its requests is a loop as well', async () => {
    const cascade = serve('crashing.ts')
    const url = `${await cascade.url()}/fragile`
    const statuses: unknown[] = []
    while (statuses.length < 5) statuses.push(await post(url, 7).catch(() => 'gone'))
    const { code } = await cascade.ended

    expect(statuses.filter((status) => status === 503)).not.toEqual([])
    expect(code).toBe(1)
  })

  test('threads that are lost now and then, and answer in between, are no loop', async () => {
    const cascade = serve('crashing.ts')
    const url = `${await cascade.url()}/fragile`
    for (let round = 0; round < 5; round++) {
      expect(await post(url, 7)).toBe(503)
      await expect.poll(() => post(url, 1), { timeout: 5000 }).toBe(200)
    }
    cascade.kill('SIGTERM')

    expect(await cascade.ended).toMatchObject({ code: 0 })
  })

  test('M40 process.exit, a rejected promise and what is no error leave the server alive', async () => {
    const cascade = serve('crashing.ts')
    const url = `${await cascade.url()}/fragile`

    expect(await post(url, 7)).toBe(503)
    await expect.poll(() => post(url, 1), { timeout: 5000 }).toBe(200)
    cascade.kill('SIGTERM')
    expect(await cascade.ended).toMatchObject({ code: 0 })
  })
})
