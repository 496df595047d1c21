import { Float64, makeVector, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from './served-app.ts'

const arrow = 'application/vnd.apache.arrow.stream'

describe.each(testedKinds)('Arrow over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'serving.ts', { paths: ['/exp', '/identity', '/label', '/strict'] })
  })
  afterAll(() => app.stop())

  const post = async (path: string, table: Table | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': arrow, ...headers },
      body: new Uint8Array(table instanceof Uint8Array ? table : tableToIPC(table, 'stream')),
    })

  const points = (xs: readonly number[]) => new Table({ x: makeVector(Float64Array.from(xs)) })

  test('an Arrow stream is answered by an Arrow stream with the output columns', async () => {
    const response = await post('/exp', points([0, 1, 2]))
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()))

    expect([response.status, response.headers.get('content-type')]).toEqual([200, arrow])
    expect(table.schema.fields.map(({ name }) => name)).toEqual(['y'])
    expect([...(table.getChild('y') ?? [])]).toEqual([1, Math.E, Math.exp(2)])
  })

  test('Accept chooses the format of the answer, whatever that of the body', async () => {
    const asJson = await post('/exp', points([0, 1]), { accept: 'application/json' })
    const json: unknown = await asJson.json()
    const asArrow = await fetch(`${app.url}/exp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: arrow },
      body: '[{"x":0},{"x":1}]',
    })
    const table = tableFromIPC(new Uint8Array(await asArrow.arrayBuffer()))

    expect(json).toMatchObject({ predictions: [1, Math.E] })
    expect([...(table.getChild('y') ?? [])]).toEqual([1, Math.E])
  })

  test('a request that is split over batches comes back whole and in order', async () => {
    const xs = Array.from({ length: 1000 }, (_, index) => index)

    const response = await post('/identity', points(xs))
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()))

    expect([...(table.getChild('y') ?? [])]).toEqual(xs)
  })

  test('no rows are answered by the columns without rows', async () => {
    const response = await post('/label', points([]))
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()))

    expect([response.status, table.numRows, table.schema.fields.map(({ name }) => name)]).toEqual([
      200,
      0,
      ['label', 'score'],
    ])
  })

  test('columns are matched by name: widened where that loses nothing, refused where the schema differs', async () => {
    const wider = await post(
      '/exp',
      new Table({ extra: makeVector(new Int8Array(2)), x: makeVector(Float32Array.of(0, 0)) }),
    )
    const missing = await post('/exp', new Table({ y: makeVector(new Float64Array(2)) }))
    const wrong = await post('/exp', new Table({ x: vectorFromArray(['a'], new Utf8()) }))

    expect([wider.status, missing.status, wrong.status]).toEqual([200, 409, 409])
    expect(await missing.text()).toContain('x')
    await wrong.text()
  })

  test('values that break the schema are 422, as in JSON', async () => {
    const table = new Table({
      'sépal/width': vectorFromArray([1, -1], new Float64()),
      name: vectorFromArray(['a', 'b'], new Utf8()),
    })

    const response = await post('/strict', table)

    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ error: { details: { issues: [{ row: 1, rule: 'minimum' }] } } })
  })

  test('broken Arrow is 400, and a large stream is read beside the serving thread', async () => {
    const bytes = tableToIPC(points([1, 2, 3]), 'stream')
    const broken = await post('/exp', bytes.subarray(0, 100))
    const noise = await post('/exp', new Uint8Array(300_000).fill(7))
    const xs = Float64Array.from({ length: 100_000 }, (_, index) => index)
    const large = await post('/identity', points([...xs]))
    const table = tableFromIPC(new Uint8Array(await large.arrayBuffer()))

    expect([broken.status, noise.status, large.status]).toEqual([400, 400, 200])
    expect(table.numRows).toBe(100_000)
    expect(table.getChild('y')?.get(99_999)).toBe(99_999)
    await Promise.all([broken.text(), noise.text()])
  })
})
