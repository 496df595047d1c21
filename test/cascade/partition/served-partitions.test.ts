import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServedApp } from '../../worker/http/serving/served-app.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start('uws', 'partitioned.ts')
})
afterAll(() => app.stop())

function reading(region: string, value: number, sensor = 1) {
  return { region, sensor, value }
}

const mixed = [reading('north', 1), reading('south', 2), reading('north', 3), reading('east', 4), reading('south', 5)]

describe('R138 a request to a partitioned stage', () => {
  test('is answered where its rows all have one region, and the handler is told which', async () => {
    const { status, body } = await app.post('/refused', [reading('north', 1), reading('north', 2)])

    expect(status).toBe(200)
    expect(body.predictions).toMatchObject([
      { value: 1, regions: 'north', params: '{"region":"north"}' },
      { value: 2, regions: 'north', params: '{"region":"north"}' },
    ])
  })

  test('is refused where they have several, listing them', async () => {
    const { status, body } = await app.post('/refused', mixed)

    expect(status).toBe(422)
    expect(body.error).toMatchObject({
      code: 'PARTITION_MIXED',
      message: 'rows of one call must have the same "region", expected one, got "north", "south", "east"',
      details: { by: ['region'], values: [{ region: 'north' }, { region: 'south' }, { region: 'east' }] },
    })
  })

  test('is refused with ten of its regions, however many they are and however long', async () => {
    const { status, body, text } = await app.post(
      '/refused',
      Array.from({ length: 1000 }, (_, index) => reading(`${index}${'x'.repeat(1000)}`, index)),
    )

    expect(status).toBe(422)
    expect(body.error.details.partitionCount).toBe(1000)
    expect(body.error.details.values).toHaveLength(10)
    expect(text.length).toBeLessThan(4000)
  })

  test('is split by the auto form, called once for each region, and answered in its own order', async () => {
    const { status, body } = await app.post('/split', mixed)

    expect(status).toBe(200)
    expect(body.predictions).toMatchObject(
      mixed.map(({ region, value }) => ({ value, regions: region, params: `{"region":"${region}"}` })),
    )
    expect(body.predictions.map((row) => (row as { rowCount: number }).rowCount)).toEqual([2, 2, 2, 1, 2])
  })

  test('names several columns as one tuple', async () => {
    const rows = [reading('a', 1, 1), reading('a', 2, 2), reading('b', 3, 1), reading('a', 4, 1)]

    const { body } = await app.post('/both', rows)

    expect(body.predictions).toMatchObject(
      rows.map(({ region, sensor, value }) => ({
        value,
        regions: region,
        sensors: `${sensor}`,
        params: `{"region":"${region}","sensor":"${sensor}"}`,
      })),
    )
  })
})

test('rows of another region than the path names are refused, and those of that one answered', async () => {
  const [right, wrong] = await Promise.all([
    app.post('/region/north', [reading('north', 1)]),
    app.post('/region/north', [reading('south', 1)]),
  ])

  expect([right.status, wrong.status]).toEqual([200, 422])
  expect(wrong.body.error).toMatchObject({
    code: 'PARTITION_MIXED',
    message: 'rows of one call must have the same "region", expected "north", got "south"',
  })
})

test('requests of the same region share a batch, those of others never do', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) => app.post('/refused', [reading(`r${index % 3}`, index)])),
  )

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(answers.map(({ body }) => body.predictions[0])).toMatchObject(
    answers.map((_, index) => ({ value: index, regions: `r${index % 3}` })),
  )
})

test('values that hold what stands between them are told apart all the same', async () => {
  const rows = [reading('a\0sensor\x001', 1), reading('a', 2), reading('', 3), reading('["a"]', 4), reading('ü', 5)]

  const { body } = await app.post('/twice-split', rows)

  expect(body.predictions).toMatchObject(
    rows.map(({ region, value }) => ({ value, regions: region, params: JSON.stringify({ region }) })),
  )
})

test('R138 behind a handoff mixed rows are split whatever batch they were in, and answered in their order', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => app.post('/behind', mixed)))

  for (const { status, body } of answers) {
    expect(status).toBe(200)
    expect(body.predictions).toMatchObject(
      mixed.map(({ region, value }) => ({ value, regions: region, params: `{"region":"${region}"}` })),
    )
  }
})

test('every stage of a partitioned pipeline is told the partition', async () => {
  const [one, refused, split] = await Promise.all([
    app.post('/twice', [reading('north', 1)]),
    app.post('/twice', mixed),
    app.post('/twice-split', mixed),
  ])

  expect([one.status, refused.status, split.status]).toEqual([200, 422, 200])
  expect(split.body.predictions).toMatchObject(
    mixed.map(({ region, value }) => ({ value, regions: region, params: `{"region":"${region}"}` })),
  )
})

test('a row that is rejected fails its request with its own number, and the other regions never notice', async () => {
  const { status, body } = await app.post('/split', [
    reading('a', 1),
    reading('b', 2),
    reading('b', -3),
    reading('a', 4),
  ])

  expect(status).toBe(400)
  expect(body.error.details.issues).toMatchObject([{ row: 2, message: 'bad request: -3 is below zero' }])
})

test('R139 with affinity a region is in the same thread every time, and regions are in all threads', async () => {
  const regions = Array.from({ length: 40 }, (_, index) => `region ${index}`)
  const slots = new Map<string, Set<unknown>>(regions.map((region) => [region, new Set()]))

  for (let time = 0; time < 5; time++) {
    const answers = await Promise.all([
      app.post(
        '/homes',
        regions.map((region) => reading(region, time)),
      ),
      ...regions.map((region) => app.post('/homes', [reading(region, time)])),
    ])
    for (const { region, slot } of answers.flatMap(
      ({ body }) => body.predictions as { region: string; slot: number }[],
    )) {
      slots.get(region)?.add(slot)
    }
  }

  expect([...slots.values()].map(({ size }) => size)).toEqual(regions.map(() => 1))
  expect(new Set([...slots.values()].flatMap((seen) => [...seen])).size).toBe(4)
})
