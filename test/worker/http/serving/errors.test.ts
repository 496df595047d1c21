import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('errors over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'serving.ts', { paths: ['/sleeper', '/thrower', '/unruly'] })
  })
  afterAll(() => app.stop())

  test('M29 what a handler refuses is 400, what it finds invalid 422, and what it cannot do 500', async () => {
    const refused = await app.post('/unruly', { act: 'refuse' })
    const invalid = await app.post('/unruly', { act: 'invalid' })
    const broken = await app.post('/unruly', { act: 'break' })
    const thrown = await app.post('/thrower', { what: 'ours' })

    expect([refused.status, refused.body.error.message]).toEqual([400, 'bad request: no such thing'])
    expect([invalid.status, invalid.body.error.message]).toEqual([422, 'the act is unknown'])
    expect([broken.status, broken.body.error.message]).toEqual([500, 'internal error: the handler failed'])
    expect([thrown.status, thrown.body.error.message]).toEqual([400, 'bad request: not today'])
  })

  test('M30 what a handler throws is for the log only', async () => {
    const answers = [await app.post('/thrower', { what: 'error' }), await app.post('/thrower', { what: 'text' })]
    const log = JSON.stringify(await app.log())

    for (const { status, body, text } of answers) {
      expect([status, body.error.code, body.error.message]).toEqual([
        500,
        'HANDLER_ERROR',
        'internal error: the handler failed',
      ])
      expect(text).not.toContain('hunter2')
    }
    expect(log).toContain('the password is hunter2')
    expect(log).toContain('serving.ts')
  })

  test('R117 a failed batch and a failed row name the stage that failed them', async () => {
    const thrown = await app.post('/thrower', { what: 'error' })
    const refused = await app.post('/unruly', { act: 'refuse' })
    const short = await app.post('/thrower', { what: 'short' })

    expect(thrown.body.error.details).toEqual({ stage: 'thrower' })
    expect(refused.body.error.details).toEqual({ stage: 'unruly' })
    expect(short.body.error.details).toMatchObject({ stage: 'thrower' })
  })

  test('M31 a message is one line in the body and in the log', async () => {
    const { body } = await app.post('/unruly', { act: 'refuse' }, { 'x-request-id': 'one-line' })
    const lines = (await app.log()).filter(({ requestId }) => requestId === 'one-line')

    expect(body.error.message).toBe('bad request: no such thing')
    expect(lines.map(({ reason }) => reason)).toEqual(['no such thing'])
  })

  test('M33 M37 a row that fails costs its own request, and no other in the batch', async () => {
    const acts = ['a', 'refuse', 'b', 'break', 'c']

    const answers = await Promise.all(acts.map((act) => app.post('/unruly', { act })))

    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 500, 200])
    expect(answers[0].text).toBe('{"done":"a"}')
  })

  test('an array with failed rows fails as its first, and lists them all', async () => {
    const { status, body, text } = await app.post('/unruly', [{ act: 'a' }, { act: 'refuse' }, { act: 'break' }])

    expect([status, body.error.code, body.error.message]).toEqual([
      400,
      'REQUEST_INVALID',
      'bad request: record 1: no such thing (and 1 more)',
    ])
    expect(body.error.details.issues).toEqual([
      { row: 1, pointer: '', rule: 'REQUEST_INVALID', message: 'bad request: no such thing' },
      { row: 2, pointer: '', rule: 'HANDLER_ERROR', message: 'internal error: the handler failed' },
    ])
    expect(text).not.toContain('hunter2')
  })

  test('M36 a handler that returns too few rows is named with both numbers', async () => {
    const { status, body } = await app.post('/thrower', { what: 'short' })

    expect([status, body.error.code]).toEqual([500, 'HANDLER_OUTPUT_MISMATCH'])
    expect(body.error.message).toContain('returned 0 rows for 1')
  })

  test('a client that goes away is counted, and gets nothing', async () => {
    const before = (await app.get('/metrics')).text

    const gone = fetch(`${app.url}/sleeper`, { method: 'POST', body: '{"ms":100}', signal: AbortSignal.timeout(20) })

    await expect(gone).rejects.toThrow()
    await expect.poll(() => app.metric('cascade_answers_total{endpoint="/sleeper",status="499"}')).toBe(1)
    expect(before).not.toContain('status="499"')
  })

  test('M39 a timeout is 504 with a fixed text', async () => {
    const { status, body } = await app.post('/sleeper', { ms: 1000 })

    expect([status, body.error.code, body.error.message]).toEqual([504, 'DEADLINE_EXCEEDED', 'inference timeout'])
    expect(body.error.details).toEqual({ timeoutMs: 150 })
  })
})
