import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess, runCascade } from './cascade-process.ts'

const started: CascadeProcess[] = []

function serve(app: string, words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): CascadeProcess {
  const cascade = new CascadeProcess(['serve', appPath(app), '--port', '0', ...words], env)
  started.push(cascade)
  return cascade
}

afterEach(async () => {
  for (const cascade of started) cascade.kill('SIGKILL')
  await Promise.all(started.splice(0).map((cascade) => cascade.ended))
})

async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(url, { method: 'POST', body, headers })
  return { status: response.status, body: await response.text() }
}

describe('cascade serve', () => {
  test('R095 stderr carries one JSON object a line, with the request where there is one, and stdout nothing', async () => {
    const cascade = serve('exp.ts', ['--log-level', 'debug'])
    const url = await cascade.url()
    await post(`${url}/inference/a`, '{"x":2}', { 'x-request-id': 'good' })
    await post(`${url}/inference/a`, '{"input":2}', { 'x-request-id': 'bad' })

    await cascade.event('requestRefused')
    cascade.kill('SIGTERM')
    const { stdout } = await cascade.ended

    for (const line of cascade.log) {
      expect(line).toMatchObject({
        level: expect.any(String),
        time: expect.any(String),
        msg: expect.any(String),
        component: expect.any(String),
      })
    }
    const listening = await cascade.event('listening')
    expect(listening).toMatchObject({ level: 'info', msg: 'listening', url, endpoints: ['/inference/{variant}'] })
    expect(await cascade.event('requestRefused')).toMatchObject({
      requestId: 'bad',
      endpoint: '/inference/{variant}',
      code: 'RECORD_INVALID',
    })
    expect(JSON.stringify(cascade.log.find(({ msg }) => msg === 'Handled.'))).toContain('"good"')
    expect(stdout).toBe('')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'R092 %s answers what was accepted and ends with 0, a second signal ends at once',
    async (signal) => {
      const cascade = serve('slow.ts')
      const url = await cascade.url()
      const accepted = post(`${url}/slow`, '{"waitMs":200}')
      await inFlight(url)
      cascade.kill(signal)

      expect(await accepted).toEqual({ status: 200, body: '{"waitMs":200}' })
      expect(await cascade.ended).toMatchObject({ code: 0 })

      const impatient = serve('slow.ts')
      const lost = post(`${await impatient.url()}/slow`, '{"waitMs":60000}').catch(() => 'lost')
      await inFlight(await impatient.url())
      impatient.kill(signal)
      await impatient.event('draining')
      impatient.kill(signal)

      expect(await impatient.ended).toMatchObject({ code: null, signal: 'SIGKILL' })
      expect(await lost).toBe('lost')
    },
  )

  test('M112 a drain that was cut off answers 503 and ends with 1', async () => {
    const cascade = serve('slow.ts', ['--drain-ms', '20'])
    const url = await cascade.url()
    const accepted = post(`${url}/slow`, '{"waitMs":60000}')
    await inFlight(url)

    cascade.kill('SIGTERM')

    expect(await accepted).toMatchObject({ status: 503 })
    expect(await cascade.ended).toMatchObject({ code: 1 })
  })

  test('a flag goes before the environment, and the environment before the default', async () => {
    const cascade = serve('exp.ts', [], { CASCADE_PORT: '1', CASCADE_FRONT_END: 'http' })

    const listening = await cascade.event('listening')

    expect(listening.port).not.toBe(1)
    expect(listening.frontEnd).toBe('http')
  })

  test('the log can go to a file, that of the threads too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cascade-'))
    const file = join(folder, 'server.log')
    const cascade = serve('exp.ts', ['--log-file', file])
    const hasLine = async (line: string) => (await readFile(file, 'utf8').catch(() => '')).includes(line)
    while (!(await hasLine('"listening"'))) await new Promise((resolve) => setImmediate(resolve))
    const { url } = (await readFile(file, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .find(({ event }) => event === 'listening')
    await post(`${url}/inference/a`, '{"x":2}')

    cascade.kill('SIGTERM')

    expect(await cascade.ended).toMatchObject({ code: 0, stderr: '', stdout: '' })
    expect(await hasLine('"Handled."')).toBe(true)
    await rm(folder, { recursive: true })
  })

  test('M109 a busy port is EADDRINUSE and the next step, and ends with 2', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = other.address()
    const port = String(typeof taken === 'object' && taken !== null ? taken.port : 0)

    const { code, stderr } = await runCascade(['serve', appPath('exp.ts'), '--port', port])
    other.close()

    expect(code).toBe(2)
    const line = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
    expect(line).toMatchObject({
      level: 'fatal',
      event: 'startFailed',
      msg: expect.stringContaining('EADDRINUSE'),
      nextStep: expect.stringContaining('--port'),
    })
  })
})

/** Waits until a batch is at a thread. */
async function inFlight(url: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    if (metrics.includes('cascade_inflight_batches{stage="slow"} 1\n')) return
  }
}
