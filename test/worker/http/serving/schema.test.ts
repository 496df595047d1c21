import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

describe.each(testedKinds)('schemas over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind)
  })
  afterAll(() => app.stop())

  test('M10 a record without a field is 422 and names it', async () => {
    const { status, text } = await app.post('/exp', '{"input":2}')

    expect(status).toBe(422)
    expect(text).toContain(`cannot find key 'x'`)
  })

  test('R047 fields that the schema does not declare are ignored', async () => {
    const { status, text } = await app.post('/exp', '{"x":0,"extra":{"deep":[1,2]},"toString":1,"__proto__":{"x":9}}')

    expect([status, text]).toEqual([200, '{"y":1}'])
  })

  test('R048 a strict schema lists every violation of every record', async () => {
    const { status, body } = await app.post('/strict', [
      { 'sépal/width': 1, name: 'a' },
      { name: 'A', other: 1 },
      { 'sépal/width': -1, name: 'a' },
    ])

    expect([status, body.error.code]).toEqual([422, 'RECORD_INVALID'])
    expect(body.error.details.issues.map(({ row, pointer, rule }) => [row, pointer, rule])).toEqual([
      [1, '/sépal~1width', 'required'],
      [1, '/name', 'pattern'],
      [1, '/other', 'additionalProperties'],
      [2, '/sépal~1width', 'minimum'],
    ])
  })

  test('R049 a wrong JSON type is 422, unless the stage coerces what says the right one', async () => {
    const wrong = await app.post('/exp', [{ x: 1 }, { x: '2.5' }])
    const coerced = await app.post('/lenient', [{ x: '2.5', flag: 'true' }])
    const hopeless = await app.post('/lenient', [{ x: 'many', flag: 'true' }])

    expect([wrong.status, wrong.body.error.details.issues]).toMatchObject([
      422,
      [{ row: 1, pointer: '/x', rule: 'type' }],
    ])
    expect(coerced.body.predictions).toEqual([2.5])
    expect(hopeless.status).toBe(422)
  })

  test('R051 with onInvalid null the other records keep their places', async () => {
    const good = { 'sépal/width': 1, name: 'a' }

    const some = await app.post('/nulls', [
      7,
      good,
      { name: 'a' },
      '{',
      JSON.stringify({ ...good, 'sépal/width': 2 }),
      null,
    ])
    const none = await app.post('/nulls', [{}, {}])
    const failing = await app.post('/strict', [good, {}])
    const rejected = await app.post('/unruly-nulls', [{ act: 'a' }, { act: 'refuse' }, { act: 'b' }])

    expect(some.body.predictions).toEqual([null, 1, null, null, 2, null])
    expect(none.body.predictions).toEqual([null, null])
    expect(failing.status).toBe(422)
    expect(rejected.body.predictions).toEqual(['a', null, 'b'])
  })

  test('R046 without a schema any flat records are taken, and their columns inferred', async () => {
    const { body, status } = await app.post('/loose', [
      { i: 1, f: 1, s: 'a', b: true, n: null },
      { i: 2, f: 1.5, s: 'é', b: false, late: 7 },
    ])
    const deep = await app.post('/loose', [{ a: { b: 1 } }])

    expect(status).toBe(200)
    const seen = body.predictions.map((prediction) => JSON.parse(String(Object(prediction).seen)))
    expect(seen).toEqual([
      { i: 1, f: 1, s: 'a', b: true, n: null, late: null },
      { i: 2, f: 1.5, s: 'é', b: false, n: null, late: 7 },
    ])
    expect([deep.status, deep.body.error.details.issues]).toMatchObject([422, [{ row: 0, pointer: '/a' }]])
  })

  test('R034 requests of different shapes in one window are grouped by shape', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app.post('/loose', index % 2 === 0 ? { a: index } : { a: index, b: 'text' }),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(answers.map(({ body }) => body.names)).toEqual(answers.map((_, index) => (index % 2 === 0 ? 'a' : 'a,b')))
    expect(answers.every(({ body }) => Number(body.rows) <= 10)).toBe(true)
    expect(answers.some(({ body }) => Number(body.rows) > 1)).toBe(true)
  })
})
