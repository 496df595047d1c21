import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess, runCascade } from '../cascade-process.ts'
import { Marks, servedApp } from './service-under-test.ts'

const started: CascadeProcess[] = []
const allMarks: Marks[] = []

function serve(words: readonly string[], env: Readonly<Record<string, string>> = {}): CascadeProcess {
  const cascade = new CascadeProcess(['serve', servedApp(), ...words], env)
  started.push(cascade)
  return cascade
}

function marks(): Marks {
  const made = new Marks()
  allMarks.push(made)
  return made
}

afterEach(async () => {
  for (const cascade of started) cascade.kill('SIGKILL')
  await Promise.all(started.splice(0).map((cascade) => cascade.ended))
  for (const made of allMarks.splice(0)) made.remove()
})

function post(url: string, stage: string, xs: readonly number[], headers: Readonly<Record<string, string>> = {}) {
  const body = JSON.stringify(xs.map((x) => ({ x })))
  return fetch(`${url}/cascade/v1/${stage}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
}

function partition(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { 'cascade-partition': new URLSearchParams(own).toString() }
}

const anyPort = ['--listen', 'http://127.0.0.1:0']

describe('cascade serve --stage', { timeout: 60_000 }, () => {
  test('offers stages at every address, and says each when it answers', async () => {
    const path = join(dirname(marks().marker), 'score.sock')
    const cascade = serve(['--stage', 'score', '--stage', 'picky', ...anyPort, '--listen', `unix:${path}`])
    const url = await cascade.url()
    await cascade.told(new RegExp(`"url":"unix:${path}"`))

    const [ready, contracts, answer] = await Promise.all([
      fetch(`${url}/readyz`),
      fetch(`${url}/.well-known/cascade`).then(async (reply): Promise<unknown> => await reply.json()),
      post(url, 'picky', [1, -1, 2]),
    ])

    expect(ready.status).toBe(200)
    expect(JSON.stringify(contracts)).toMatch(/"score".*"picky"/)
    expect(await answer.json()).toEqual({
      predictions: [2, 4],
      rejects: [{ row: 1, code: 'REQUEST_INVALID', message: 'x is negative' }],
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/cascade_rows_total\{stage="picky",result="done"\} 2/)
    cascade.kill('SIGTERM')
    expect(await cascade.ended).toMatchObject({ code: 0, stdout: '' })
    expect(existsSync(path)).toBe(false)
  })

  test('without --listen it answers at the host and port of the options', async () => {
    const cascade = serve(['--stage', 'score', '--port', '0'])

    expect(await cascade.event('listening')).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      stages: ['score'],
    })
  })

  test('C56 a signal lets calls finish, refuses others by word, and ends the process', async () => {
    const { marker, gate, ...files } = filesOf(marks())
    const cascade = serve(['--stage', 'score', ...anyPort, '--drain-ms', '20000'])
    const url = await cascade.url()
    const held = post(url, 'score', [1], partition({ marker, gate }))
    await files.called(1)

    cascade.kill('SIGTERM')
    await cascade.event('draining')
    const refused = await post(url, 'score', [2])
    files.open()

    expect(refused.status).toBe(503)
    expect(refused.headers.get('cascade-not-executed')).toBe('1')
    expect(await refused.json()).toMatchObject({ error: { code: 'DRAINING' } })
    expect(await (await held).json()).toEqual({ predictions: [2] })
    expect((await cascade.ended).code).toBe(0)
  })

  test('C56 what is not answered within the drain time is told so, and the process ends with 1', async () => {
    const { marker, gate, called } = filesOf(marks())
    const cascade = serve(['--stage', 'score', ...anyPort, '--drain-ms', '50'])
    const url = await cascade.url()
    const held = post(url, 'score', [1], partition({ marker, gate }))
    await called(1)

    cascade.kill('SIGTERM')

    expect((await held).status).toBe(503)
    expect((await cascade.ended).code).toBe(1)
  })

  test('C56 a second signal ends it at once', async () => {
    const { marker, gate, called } = filesOf(marks())
    const cascade = serve(['--stage', 'score', ...anyPort])
    const url = await cascade.url()
    const held = post(url, 'score', [1], partition({ marker, gate })).catch(() => 'cut')
    await called(1)

    cascade.kill('SIGTERM')
    await cascade.event('draining')
    cascade.kill('SIGTERM')

    expect(await cascade.ended).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(await held).toBe('cut')
  })

  test('log lines of the service and of handlers name stage, trace and call', async () => {
    const cascade = serve(['--stage', 'picky', ...anyPort, '--log-level', 'debug'])
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'idempotency-key': 'part-7' }
    await post(await cascade.url(), 'picky', [1, 4], headers)

    const call = { stage: 'picky', traceId }
    expect(await cascade.event('callServed')).toMatchObject({ ...call, requestId: 'part-7', rowCount: 2, how: 'run' })
    await cascade.told(/"msg":"Seen\."/)
    expect(cascade.log.find(({ msg }) => msg === 'Seen.')).toMatchObject({
      ...call,
      requestIds: ['part-7'],
      attempt: 1,
    })
  })

  test('the spans of the stage are children of its sender', async () => {
    const traces = join(dirname(marks().marker), 'spans.jsonl')
    const cascade = serve(['--stage', 'score', ...anyPort, '--traces', 'on', '--trace-file', traces])

    await post(await cascade.url(), 'score', [1], { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })
    cascade.kill('SIGTERM')
    await cascade.ended

    const text = await import('node:fs/promises').then(({ readFile }) => readFile(traces, 'utf8'))
    expect(text).toContain(`"traceId":"${'a'.repeat(32)}"`)
    expect(text).toContain(`"parentSpanId":"${'b'.repeat(16)}"`)
    expect(text).toContain('"stage score"')
  })

  test('a stage whose threads end as soon as they serve ends the command with 1', async () => {
    const cascade = new CascadeProcess(['serve', appPath('crashing.ts'), '--stage', 'crashing', ...anyPort], {
      CRASHING: 'yes',
    })
    started.push(cascade)

    expect((await cascade.ended).code).toBe(1)
    expect(cascade.log.some(({ event }) => event === 'crashLoop')).toBe(true)
  })

  test.each([
    [['--stage', 'scores'], 'did you mean \\"score\\"?'],
    [['--stage', 'score', '--listen', 'ftp://x'], 'an address to listen on begins with one of'],
    [['--listen', 'unix:/nowhere/x.sock'], '--listen: expected --stage'],
    [['--tls-cert', 'x.pem', '--max-calls', '3'], '--max-calls, --tls-cert: expected --stage'],
    [['--stage', 'score', '--dry-run'], '--dry-run runs the examples of endpoints'],
  ])('%j is unusable', async (words, why) => {
    const { code, stderr } = await runCascade(['serve', servedApp(), ...words])

    expect(code).toBe(2)
    expect(stderr).toContain(why)
  })
})

function filesOf(made: Marks) {
  const { marker, gate } = made
  return { marker, gate, open: () => made.open(), called: (count: number) => made.called(count) }
}
