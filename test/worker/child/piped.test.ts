import { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let server: Server
let url: string

beforeAll(async () => {
  server = new Server({ app: new URL('./apps/piped.ts', import.meta.url), port: 0, logLevel: 'silent' }, {})
  url = (await server.serve()).url
}, 60_000)
afterAll(() => server.stop())

async function post(path: string, body: unknown) {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}

const kinds = ['inline', 'thread', 'child']
const pairs = kinds.flatMap((a) => kinds.map((b) => [a, b] as const))

describe.each(pairs)('rows that go from "%s" to "%s" and back', (a, b) => {
  const said = (place: string, isolation: string) => (isolation === 'inline' ? 'none' : `${place}-${isolation}`)
  const trace = `${said('first', a)} ${said('second', b)}`

  test('M69 pass three stages in order, each in its own place and environment, and come back as they are', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({
      text: `é ${row} `.repeat(row % 5),
      maybe: row % 3 === 0 ? null : `m${row}`,
      n: row / 4,
    }))

    const { status, body } = await post(`/${a}/${b}`, rows)

    expect(status).toBe(200)
    expect(body).toMatchObject({ predictions: rows.map((row) => ({ ...row, trace })) })
  })

  test('keep to their own requests when some of them are rejected on the way', async () => {
    const asked = Array.from({ length: 30 }, (_, index) => ({
      text: `t${index}`,
      maybe: null,
      n: index % 4 === 1 ? -1 : index,
    }))

    const answers = await Promise.all(asked.map((row) => post(`/${a}/${b}`, row)))

    for (const [index, { status, body }] of answers.entries()) {
      const row = asked[index]
      if (row.n < 0) expect([status, body]).toMatchObject([400, { error: { code: 'REQUEST_INVALID' } }])
      else expect([status, body]).toEqual([200, { ...row, trace }])
    }
  })
})
