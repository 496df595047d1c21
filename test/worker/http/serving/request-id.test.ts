import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('headers over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'serving.ts', { paths: ['/creator', '/exp', '/inspector/{region}', '/thrower'] })
  })
  afterAll(() => app.stop())

  test('R004 M24 a request id is echoed, or made, and is in every line about the request', async () => {
    const named = await app.post('/exp', '{"x":1}', { 'x-request-id': 'client-7' })
    const array = await app.post('/exp', '[{"x":1}]', { 'x-request-id': 'client-8' })
    const failed = await app.post('/thrower', { what: 'error' }, { 'x-request-id': 'client-9' })
    const unnamed = await app.post('/exp', '[{"x":1}]')
    const told = await app.post('/inspector/a', '{"x":1}', { 'x-request-id': 'client-10' })
    const lines = (await app.log()).filter((line) => JSON.stringify(line).includes('client-9'))

    expect(named.headers.get('x-request-id')).toBe('client-7')
    expect([array.headers.get('x-request-id'), array.body.id]).toEqual(['client-8', 'client-8'])
    expect([failed.headers.get('x-request-id'), failed.body.error.requestId]).toEqual(['client-9', 'client-9'])
    expect(unnamed.headers.get('x-request-id')).toBe(unnamed.body.id)
    expect(told.body.requestId).toBe('client-10')
    expect(lines.map(({ event }) => event)).toContain('requestFailed')
  })

  test('an id that cannot be written as it is, is replaced', async () => {
    for (const id of ['a b', 'é', 'x'.repeat(129)]) {
      const { headers, body } = await app.post('/exp', '[]', { 'x-request-id': id })
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(body.id).toBe(headers.get('x-request-id'))
    }
  })

  test('M25 a handler may set status, headers and content type of its row', async () => {
    const rows = [
      { status: 201, header: 'location', value: '/things/1' },
      { status: 200, header: 'Content-Type', value: 'application/problem+json' },
    ]

    const [created, typed] = await Promise.all(rows.map((row) => app.post('/creator', row)))

    expect([created.status, created.headers.get('location'), created.text]).toEqual([201, '/things/1', '{"ok":true}'])
    expect([typed.status, typed.headers.get('content-type')]).toEqual([200, 'application/problem+json'])
  })

  test('a header or a status that would break the answer is the handler’s error', async () => {
    const rows = [
      { status: 200, header: 'x-evil', value: 'a\r\nset-cookie: b' },
      { status: 200, header: 'content-length', value: '1' },
      { status: 200, header: 'x y', value: 'a' },
      { status: 99, header: 'x', value: 'a' },
    ]

    for (const row of rows) {
      const { status, body, headers } = await app.post('/creator', row)
      expect([status, body.error.code, headers.get('set-cookie')]).toEqual([500, 'HANDLER_ERROR', null])
    }
  })
})
