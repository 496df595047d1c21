import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe.each(testedKinds)('answers over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'serving.ts', {
      paths: ['/exp', '/identity', '/inspector/{region}', '/kinds', '/label', '/ratio', '/words'],
    })
  })
  afterAll(() => app.stop())

  test('M9 one JSON object is answered by one JSON object', async () => {
    const { status, headers, text } = await app.post('/exp', '{"x":2}')

    expect([status, headers.get('content-type'), text]).toEqual([200, 'application/json', '{"y":7.38905609893065}'])
  })

  test('R002 records as JSON texts and as objects give the same predictions', async () => {
    const records = [{ x: 1 }, { x: -2.5 }, { x: 0 }]

    const objects = await app.post('/exp', records)
    const texts = await app.post(
      '/exp',
      records.map((record) => JSON.stringify(record)),
    )
    const mixed = await app.post('/exp', [records[0], JSON.stringify(records[1]), records[2]])

    expect(objects.body.predictions).toEqual([Math.E, Math.exp(-2.5), 1])
    expect(texts.body.predictions).toEqual(objects.body.predictions)
    expect(mixed.body.predictions).toEqual(objects.body.predictions)
  })

  test('R003 each prediction belongs to its record, and each answer has an id of its own', async () => {
    const values = Array.from({ length: 500 }, (_, index) => (index * 7919) % 500)

    const { body, headers } = await app.post(
      '/identity',
      values.map((x) => ({ x })),
    )
    const ids = new Set<string>()
    for (let round = 0; round < 100; round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => app.post('/identity', '[]')))
      for (const answer of answers) ids.add(answer.body.id)
    }

    expect(headers.get('content-type')).toBe('application/json')
    expect(body.predictions).toEqual(values)
    expect(body.id).toMatch(uuid4)
    expect(ids.size).toBe(10_000)
    expect([...ids].every((id) => uuid4.test(id))).toBe(true)
  }, 60_000)

  test('R005 an empty array is answered without a call of the handler', async () => {
    const before = await app.metric('cascade_batches_total{stage="label",reason="free"}')

    const { status, body } = await app.post('/label', '[]')

    expect([status, body.predictions]).toEqual([200, []])
    expect(await app.metric('cascade_batches_total{stage="label",reason="free"}')).toBe(before)
  })

  test('R007 integers, texts, booleans and lists come back with their JSON types', async () => {
    const record = { int: 3, text: 'a', flag: true, list: [1.5, 2] }
    const long = { ...record, int: '9007199254740993' }

    const { body } = await app.post('/kinds', [record, long])

    expect(body.predictions).toEqual([record, long])
  })

  test('R045 a long integer is exact as a literal and as a text', async () => {
    const literal = '{"int":9007199254740993,"text":"1234567890123456789","flag":true,"list":[12345678901234567890,1]}'

    const one = await app.post('/kinds', literal)
    const many = await app.post('/kinds', `[${literal},${JSON.stringify(literal)}]`)

    const expected = {
      int: '9007199254740993',
      text: '1234567890123456789',
      flag: true,
      list: [12345678901234567890, 1],
    }
    expect(one.body).toEqual(expected)
    expect(many.body.predictions).toEqual([expected, expected])
  })

  test('R008 M38 NaN and the infinities are null', async () => {
    const { text } = await app.post('/ratio', '[{"a":0,"b":0},{"a":1,"b":0},{"a":-1,"b":0},{"a":1,"b":2}]')
    const single = await app.post('/ratio', '{"a":0,"b":0}')

    expect(text).toContain('"predictions":[null,null,null,0.5]')
    expect(single.text).toBe('{"y":null}')
  })

  test('R009 several output columns make objects', async () => {
    const { body } = await app.post('/label', '[{"x":2},{"x":-1}]')

    expect(body.predictions).toEqual([
      { label: 'up', score: 2 },
      { label: 'down', score: -1 },
    ])
  })

  test('R050 keys and texts with escapes and beyond ASCII are read as they are', async () => {
    const escaped = await app.post('/words', '{"s\\u00e9pal":"\\u0061\\ud83d\\ude00\\"","\\u0061":"é\\n"}')
    const plain = await app.post('/words', '\ufeff{"sépal":"a😀\\"","a":"é\\n"}')

    expect(escaped.body).toEqual({ text: 'a😀"|é\n' })
    expect(plain.body).toEqual(escaped.body)
  })

  test('M22 the query is no part of the path, and the handler reads it for each row', async () => {
    const answers = await Promise.all([
      app.post('/inspector/US%2DCA?model=v2&region=us', '{"x":1}'),
      app.post('/inspector/US%2DCA', '{"x":1}'),
    ])

    expect(answers.map(({ body }) => body.query)).toEqual(['v2', ''])
    expect(answers.map(({ body }) => body.params)).toEqual(['{"region":"US-CA"}', '{"region":"US-CA"}'])
  })
})
