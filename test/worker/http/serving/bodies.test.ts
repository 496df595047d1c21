import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('bodies over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'serving.ts', {
      paths: ['/exp', '/columns', '/empty', '/kinds', '/small', '/together'],
    })
  })
  afterAll(() => app.stop())

  test('R006 each kind of wrong request has its status and an error body', async () => {
    const refused = [
      [await app.post('/exp', 'not json'), 400, 'BODY_MALFORMED'],
      [await app.post('/exp', '[1,2]'), 400, 'BODY_MALFORMED'],
      [await app.post('/exp', '"text"'), 400, 'BODY_MALFORMED'],
      [await app.post('/exp', 'null'), 400, 'BODY_MALFORMED'],
      [await app.post('/exp', '["{"]'), 400, 'BODY_MALFORMED'],
      [await app.post('/exp', '{"x":1}', { 'content-type': 'image/png' }), 415, 'MEDIA_TYPE_UNSUPPORTED'],
      [await app.post('/small', JSON.stringify({ x: 1, note: 'longer than the limit' })), 413, 'BODY_TOO_LARGE'],
      [await app.get('/exp'), 405, 'METHOD_NOT_ALLOWED'],
      [await app.post('/nowhere', '{"x":1}'), 404, 'ROUTE_NOT_FOUND'],
    ] as const

    for (const [answer, status, code] of refused) {
      expect([answer.status, answer.body.error.code]).toEqual([status, code])
      expect(answer.body.error.requestId).toBe(answer.headers.get('x-request-id'))
    }
    expect(refused[7][0].headers.get('allow')).toBe('POST')
  })

  test('M23 every refusal has a content type, and a message of one line', async () => {
    const answers = [
      await app.post('/exp', 'a\nb'),
      await app.post('/exp', '{}'),
      await app.post('/nowhere', ''),
      await app.get('/exp'),
      await app.post('/exp', '', { 'content-type': 'image/png' }),
    ]

    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual(answers.map(() => 'application/json'))
    for (const { body } of answers) expect(body.error.message).not.toMatch(/[\r\n]/)
  })

  test('M12 an empty body is refused, or answered where the endpoint says so', async () => {
    const refused = await app.post('/exp', '')
    const answered = await app.post('/empty', '')

    expect([refused.status, refused.body.error.code, refused.body.error.message]).toEqual([
      400,
      'BODY_MALFORMED',
      'no data provided',
    ])
    expect([answered.status, answered.text]).toEqual([200, 'no data provided'])
  })

  test('M14 an endpoint may have a limit of its own', async () => {
    const fits = JSON.stringify({ x: 0 }).padEnd(32)

    expect((await app.post('/small', fits)).status).toBe(200)
    expect((await app.post('/small', `${fits} `)).status).toBe(413)
    expect((await app.post('/exp', `${fits} `)).status).toBe(200)
  })

  test('M21 what clients send JSON as is read as JSON, in UTF-8', async () => {
    const read = [
      'application/json',
      'application/json; charset=UTF-8',
      'text/plain',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
    ]
    const refused = ['application/xml', 'multipart/form-data; boundary=a', 'application/json; charset=utf-16']

    for (const type of read) expect((await app.post('/exp', '{"x":0}', { 'content-type': type })).text).toBe('{"y":1}')
    for (const type of refused) expect((await app.post('/exp', '{"x":0}', { 'content-type': type })).status).toBe(415)
    const untyped = await fetch(`${app.url}/exp`, { method: 'POST', body: new Uint8Array(Buffer.from('{"x":0}')) })
    const identity = await app.post('/exp', '{"x":0}', { 'content-encoding': 'identity' })

    const restricted = await app.post('/columns', '{"x":0}')

    expect([untyped.status, identity.status, restricted.status]).toEqual([200, 200, 415])
  })

  test('M11 a body that is no UTF-8 is a decoding error, and so is one that is no JSON', async () => {
    const bytes = await app.post('/exp', new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]))
    const text = await app.post('/exp', 'bad-binary-request')

    expect([bytes.status, bytes.body.error.message]).toEqual([400, 'decoding error: the body is not UTF-8'])
    expect([text.status, text.body.error.message.startsWith('decoding error: the body is not JSON')]).toEqual([
      400,
      true,
    ])
  })

  test('R033 M34 one request that cannot be decoded costs the others in its window nothing', async () => {
    const good = Array.from({ length: 63 }, (_, x) => app.post('/together', { x }))
    const bad = app.post('/together', '{"x":')

    const answers = await Promise.all(good)

    expect(answers.map(({ status, body }) => [status, body.x])).toEqual(answers.map((_, x) => [200, x]))
    expect(Math.max(...answers.map(({ body }) => Number(body.rows)))).toBeGreaterThan(1)
    expect((await bad).body.error).toMatchObject({
      code: 'BODY_MALFORMED',
      message: expect.stringContaining('not JSON'),
    })
  })

  test('a long array of invalid records is answered with a bounded list', async () => {
    const { status, body, text } = await app.post(
      '/exp',
      Array.from({ length: 20_000 }, () => ({ y: 1 })),
    )

    expect([status, body.error.details.issues.length]).toEqual([422, 1000])
    expect(text.length).toBeLessThan(200_000)
  })

  test('nesting of any depth is refused as what it is', async () => {
    const deep = await app.post('/exp', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    const exact = await app.post('/kinds', `{"int":12345678901234567,"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)

    expect([deep.status, exact.status]).toEqual([400, 400])
  })
})
