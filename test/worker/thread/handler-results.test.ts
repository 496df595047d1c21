import { afterEach, describe, expect, test } from 'vitest'
import { bundleTestApp, SlotUnderTest } from './slot-under-test.ts'

const app = bundleTestApp('views.ts', import.meta.url)
let slot: SlotUnderTest | undefined

afterEach(async () => {
  await slot?.stop()
  slot = undefined
})

async function start(stage: string): Promise<SlotUnderTest> {
  slot = await SlotUnderTest.start(app, stage)
  return slot
}

describe('what a handler may return', () => {
  test.each(['columns', 'typed-array', 'plain-array', 'rows', 'room', 'frame', 'series'])(
    'R018 a result of the form "%s" becomes the output column',
    async (form) => {
      const stage = await start(form)

      const { reply, rows } = await stage.run([{ x: 2 }, { x: -3 }, { x: 0.5 }])

      expect(reply).toEqual({ kind: 'done' })
      expect(rows).toEqual([{ y: 4 }, { y: 9 }, { y: 0.25 }])
    },
  )

  test.each([
    ['few', 3, 1],
    ['many', 100, 1],
    ['few beside a text that has no room', 3, 50],
  ])("columns may be given in each other's rooms: %s rows", async (_, rowCount, repeated) => {
    const stage = await start('swapped')

    const { rows } = await stage.run(
      Array.from({ length: rowCount }, (__, row) => ({ x: repeated + row })),
      { outputColumnBytes: 100 },
    )

    expect(rows.map(({ a, b }) => [a, b])).toEqual(rows.map((___, row) => [-(repeated + row), repeated + row]))
  })

  test('an Arrow batch becomes the output columns', async () => {
    const stage = await start('arrow')

    const { rows } = await stage.run([{ x: 1 }, { x: 2 }])

    expect(rows).toEqual([{ x: 1 }, { x: 2 }])
  })

  test('M54 a single row comes as a batch of one row', async () => {
    const stage = await start('rows')

    const { rows } = await stage.run([{ x: 3 }])

    expect(rows).toEqual([{ y: 9 }])
  })

  test('R019 a handler sees the columns of the schema and no others', async () => {
    const stage = await start('names')

    const { rows } = await stage.run([{ x: 1 }])

    expect(rows).toEqual([{ text: 'x x' }])
  })

  test('outputs that have no room beside the inputs come in memory of their own size', async () => {
    const stage = await start('names')

    const { reply, rows, copied } = await stage.run([{ x: 1 }, { x: 2 }], { outputColumnBytes: 1 })

    expect(reply).toMatchObject({ kind: 'done', spilled: { capacity: { rows: 2, variable: [6] } } })
    expect(rows).toEqual([{ text: 'x x' }, { text: 'x x' }])
    expect(copied).toHaveProperty('spill')
  })

  test('what is written into the room for outputs is not copied again', async () => {
    const stage = await start('room')

    const { copied } = await stage.run([{ x: 2 }])

    expect(copied).toEqual({})
  })

  test('what is returned is copied once', async () => {
    const stage = await start('columns')

    const { copied } = await stage.run([{ x: 2 }, { x: 3 }])

    expect(copied).toEqual({ output: 16 })
  })

  test('a slab that comes again carries nothing over', async () => {
    const stage = await start('room')

    const first = await stage.run([{ x: 2 }, { x: 3 }])
    first.slab.reopen()
    first.slab.writer.append({ x: 5 })
    const second = await stage.offer(first.slab, 1)

    expect(second.rows).toEqual([{ y: 25 }])
  })
})

const mixed = {
  real: 0.1,
  single: 0.5,
  small: -300,
  whole: 7n,
  flag: true,
  text: 'grüße 🙂',
  maybe: null,
  list: [1, 2.5],
  pair: { left: 'a', right: 1 },
}
const other = { ...mixed, real: -1, flag: false, text: '', maybe: 3, list: [], pair: { left: '', right: -0.5 } }

describe('views of a batch', () => {
  test.each(['mixed-frame', 'mixed-arrow'])('every type of column survives the way through "%s"', async (form) => {
    const stage = await start(form)

    const { rows } = await stage.run([mixed, other, mixed])

    expect(rows).toEqual([mixed, other, mixed])
  })

  test('R016 a Polars frame has a row for each record in order, and the columns and types of the schema', async () => {
    const stage = await start('frame-schema')

    const { rows } = await stage.run([mixed, other], { outputColumnBytes: 1000 })

    const [first, second] = rows.map(({ text }) => String(text).split(' | '))
    expect(first[0].replaceAll(/DataType\((\w+)\)/g, '$1')).toBe(
      'real Float64, single Float32, small Int16, whole Int64, flag Bool, text String, maybe Float64, ' +
        'list DataType(List(Float64)), pair DataType(Struct(Field("left", String),Field("right", Float64)))',
    )
    expect([first[1], second[1]]).toEqual(['0.1', '-1'])
  })

  test('R057 the column of a handler is the memory of the sender: either sees what the other writes', async () => {
    const stage = await start('sharing')

    const { rows, slab } = await stage.run([{ x: 1 }, { x: 2 }])

    expect(rows).toEqual([{ y: 1 }, { y: 1 }])
    expect(new Float64Array(slab.buffer, slab.layout.input.byteOffset)[2]).toBe(4711)
  })

  test('R058 an Arrow view of 16 MiB costs less than a twentieth of them', async () => {
    const stage = await start('arrow-cost')
    const slab = stage.openSlab(2 << 20)
    for (let row = 0; row < 2 << 20; row++) slab.writer.append({ x: row })

    const { rows, copied } = await stage.offer(slab, 2 << 20, { facts: { ids: 'one' } })

    expect(rows[0].y).toBeLessThan(0.05)
    expect(copied).toEqual({ output: 16 << 20 })
  })

  test('R059 the way into a Polars frame is one copy, and counted', async () => {
    const stage = await start('frame-schema')

    const { copied } = await stage.run([mixed, other], { outputColumnBytes: 1000 })

    expect(Object.keys(copied).toSorted()).toEqual(['output', 'polars'])
  })
})
