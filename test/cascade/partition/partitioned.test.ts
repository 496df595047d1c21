import { between, invoke, partitioned } from '@redesmyn/cascade'
import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { behind, byBoth, byRegion, pass, repeat, tell, twice } from '../../apps/partitioned.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf, bytesOf } from '../handoff/rows-batch.ts'

function readings(count: number, seed = 1) {
  const random = new SeededRandom(seed)
  return Array.from({ length: count }, (_, value) => {
    return { region: random.pick(['north', 'south', 'east']), sensor: random.below(3), value }
  })
}

type Reading = ReturnType<typeof readings>[number]

function toldOf({ region, value }: Reading) {
  return { value, regions: region, params: JSON.stringify({ region }) }
}

const mixed = readings(100)
const north = mixed.filter(({ region }) => region === 'north')

describe('R138 a call of a partitioned stage', () => {
  test('answers rows of one partition, and refuses those of several with what they have', async () => {
    const answer = await byRegion(north)
    const error = await rejectionOf(byRegion(mixed))

    expect(answer).toMatchObject(north.map(toldOf))
    expect(error).toMatchObject({ code: 'PARTITION_MIXED', details: { by: ['region'], partitionCount: 3 } })
  })

  test('splits them in its auto form, and answers in their order', async () => {
    expect(await byRegion.auto(mixed)).toMatchObject(mixed.map(toldOf))
    expect(await byBoth.auto(mixed)).toMatchObject(
      mixed.map(({ region, sensor }) => ({ params: JSON.stringify({ region, sensor: `${sensor}` }) })),
    )
    expect(await twice.auto(mixed)).toMatchObject(mixed.map(toldOf))
  })

  test('that names its partition is answered for that one only', async () => {
    const answer = await invoke(byRegion, north, { partition: { region: 'north' } })
    const error = await rejectionOf(invoke(byRegion, north, { partition: { region: 'south' } }))

    expect(answer).toMatchObject(north.map(toldOf))
    expect(error).toMatchObject({ code: 'PARTITION_MIXED' })
    expect(String(error)).toContain('expected "south", got "north"')
  })

  test('says first which records are none', async () => {
    // @ts-expect-error a row without its region
    const error = await rejectionOf(byRegion([...mixed, { sensor: 1, value: 1 }]))

    expect(error).toMatchObject({ code: 'RECORD_INVALID' })
  })

  test('without rows is answered without rows', async () => {
    expect([await byRegion([]), await byRegion.auto([]), await twice([])]).toEqual([[], [], []])
  })
})

test('behind another stage mixed rows are split, and many of one row stay behind it', async () => {
  const exploded = await pipe(pass).to(repeat)(mixed)

  expect(await behind(mixed)).toMatchObject(mixed.map(toldOf))
  expect(exploded).toMatchObject(mixed.flatMap((row) => Array.from({ length: row.sensor }, () => toldOf(row))))
})

describe('C77 the way to a partitioned stage', () => {
  const context = {
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    attempt: 1,
    idempotencyKey: 'only',
    traceparent: undefined,
    partition: { month: 'may' },
  }

  test('splits a mixed batch by columns, rejects keep their rows, and the rest comes in its order', async () => {
    const rows = readings(500, 7).map((row, index) => (index % 100 === 3 ? { ...row, value: -1 } : row))
    const way = between.service().open([byRegion])

    const { batch, rejects } = await way.call(batchOf(byRegion.input, rows), context)

    expect(rejects.map(({ row }) => row)).toEqual([3, 103, 203, 303, 403])
    expect(batch.rows()).toMatchObject(
      rows
        .filter(({ value }) => value >= 0)
        .map((row) => ({ ...toldOf(row), params: JSON.stringify({ month: 'may', region: row.region }) })),
    )
    await way.close('drain')
  })

  test('gives equal bytes for the same rows in whatever order their regions come', async () => {
    const way = between.service().open(twice.stages)
    const random = new SeededRandom(9)
    const byValue = (rows: readonly Readonly<Record<string, unknown>>[]) =>
      rows.toSorted((one, other) => Number(one['value']) - Number(other['value']))
    const rows = readings(60, 11)
    const first = await way.call(batchOf(twice.input, rows), context)
    const expected = bytesOf(twice.output, batchOf(twice.output, byValue(first.batch.rows().map(withoutCount))))

    for (let time = 0; time < 20; time++) {
      const shuffled = rows.toSorted(() => random.below(3) - 1)
      const { batch } = await way.call(batchOf(twice.input, shuffled), context)

      expect(batch.rows().map(({ value }) => value)).toEqual(shuffled.map(({ value }) => value))
      expect(bytesOf(twice.output, batchOf(twice.output, byValue(batch.rows().map(withoutCount))))).toBe(expected)
    }
    await way.close('drain')
  })
})

/** In which batches rows of a partition travel is nobody's promise, and in which order these name their sensors. */
function withoutCount(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...row, rowCount: 0, sensors: '' }
}

describe('a partition that cannot be is CONFIG_INVALID', () => {
  const Odd = Type.Object({ region: Type.String(), tags: Type.Array(Type.String()) })
  const odd = stage({ name: 'odd', input: Odd, output: Odd, handler: (batch) => batch.rows() })
  const shapeless = stage({ name: 'shapeless', handler: (batch) => batch.rows() })

  test.each([
    // @ts-expect-error the input lacks it
    ['by a column that the input lacks', () => partitioned(tell, { by: ['country'] }), 'the input lacks'],
    ['by no column', () => partitioned(tell, { by: [] }), 'one at least'],
    ['by a column twice', () => partitioned(tell, { by: ['region', 'region'] }), 'different columns'],
    ['by lists', () => partitioned(odd, { by: ['tags'] }), 'a column of list'],
    ['of rows of any shape', () => partitioned(shapeless, { by: ['region'] }), 'needs an input with a schema'],
    // @ts-expect-error no stage
    ['of what is none', () => partitioned(() => [], { by: ['region'] }), 'takes a stage or a pipeline'],
  ])('%s', (_, define, message) => {
    expect(define).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    )
  })

  test('and so is a call by another key', async () => {
    // @ts-expect-error another key
    const error = await rejectionOf(invoke(byRegion, north, { partition: { sensor: 1 } }))

    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

test('a partitioned stage has a name of its own, so that an app may hold both', () => {
  expect([byRegion.name, byBoth.name, twice.stages[0].name]).toEqual([
    'tell-by-region',
    'tell-by-region-sensor',
    'tell-twice',
  ])
  expect(byRegion.auto.stages).toEqual([byRegion])
  expect(endpoint('/a', byRegion)).toMatchObject({ mixed: 'refuse' })
  expect(endpoint('/a', byRegion.auto)).toMatchObject({ mixed: 'split' })
})
