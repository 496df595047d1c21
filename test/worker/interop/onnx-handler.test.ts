import { fileURLToPath } from 'node:url'
import { rm } from 'node:fs/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { bundleApp } from '../../../packages/worker/dist/app/bundle-app.js'
import { SlotUnderTest } from '../thread/slot-under-test.ts'
import { writeOnnxFiles } from './onnx-files.ts'

const files = writeOnnxFiles()
process.env.ONNX_FOLDER = files.folder
const app = bundleApp(fileURLToPath(new URL('./apps/onnx.ts', import.meta.url)))
let slots: SlotUnderTest[] = []

afterEach(async () => {
  for (const slot of slots) await slot.stop()
  slots = []
})
afterAll(() => rm(files.folder, { recursive: true }))

async function start(stage: string): Promise<SlotUnderTest> {
  const slot = await SlotUnderTest.start(app, stage)
  slots.push(slot)
  return slot
}

function randomRows(count: number) {
  let seed = 1
  const next = () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  return Array.from({ length: count }, () => ({
    a: next(),
    b: Math.fround(next()),
    c: BigInt(Math.floor(next() * 10)),
  }))
}

describe('a model as handler', () => {
  test('R022 a declared model and a function that does the same agree on 1,000 random rows', async () => {
    const [declared, written] = await Promise.all([start('declared'), start('written')])
    const rows = randomRows(1000)

    const ofModel = await declared.run(rows)
    const ofFunction = await written.run(rows)

    expect(ofModel.rows).toHaveLength(1000)
    const differences = ofModel.rows.map(({ y }, row) => {
      const expected = Number(ofFunction.rows[row].y)
      return Math.abs(Number(y) - expected) / Math.max(1, Math.abs(expected))
    })
    expect(Math.max(...differences)).toBeLessThan(1e-6)
  })

  test('a column of fixed lists feeds the only input', async () => {
    const stage = await start('listed')

    const { rows } = await stage.run([{ features: [1, 2, 3] }, { features: [0, 0, 1] }])

    expect(rows).toEqual([{ y: -4 }, { y: -3 }])
  })

  test('a result of several numbers is spread over the output columns in order', async () => {
    const stage = await start('pair')

    const { rows } = await stage.run([
      { a: 1, b: 2, c: 3n },
      { a: 0, b: 0, c: 1n },
    ])

    expect(rows).toEqual([
      { sum: 6, twice: 12 },
      { sum: 1, twice: 2 },
    ])
  })

  test('a result of several numbers fills a column of lists', async () => {
    const stage = await start('whole-list')

    const { rows, copied } = await stage.run([
      { a: 1, b: 2, c: 3, d: 4 },
      { a: 0, b: 0, c: 0, d: 0 },
    ])

    expect(rows.map(({ y }) => (y as unknown[]).length)).toEqual([3, 3])
    expect(rows[0].y).not.toEqual(rows[1].y)
    expect(copied).toEqual({ 'onnx-input': 32, output: 24 })
  })

  test('R060 one copy goes in and one comes out', async () => {
    const stage = await start('declared')

    const { copied } = await stage.run(randomRows(200))

    expect(copied).toEqual({ 'onnx-input': 200 * 3 * 4, output: 200 * 8 })
  })

  test('a batch of another size uses the same model and memory', async () => {
    const stage = await start('declared')

    const counts = [3, 1, 200, 2]
    const answers: number[] = []
    for (const count of counts) answers.push((await stage.run(randomRows(count))).rows.length)

    expect(answers).toEqual(counts)
    const [row] = randomRows(1)
    expect((await stage.run([row])).rows[0].y).toBeCloseTo(row.a + 2 * row.b - 3 * Number(row.c), 5)
  })

  test('a handler may run a model itself', async () => {
    const stage = await start('by-hand')

    const { rows } = await stage.run([{ a: 1, b: 2, c: 3n }])

    expect(rows).toEqual([{ y: -4 }])
  })
})

describe('a model that does not fit', () => {
  test('whose result has not one row for each row of the batch is named with both numbers', async () => {
    const stage = await start('collapsing')

    const { reply } = await stage.run(randomRows(3))

    expect(reply).toMatchObject({
      kind: 'failed',
      error: { code: 'BATCH_DIM_MISMATCH', message: `the model's output "y" has 1 rows for 3` },
    })
  })

  test.each([
    [
      'too-narrow',
      'HANDLER_ERROR',
      `the model's input "features" takes the shape [rows, 3], the columns give 2 numbers a row`,
    ],
    ['no-text', 'HANDLER_ERROR', `the model's input "features" takes float32, column "a" holds no numbers`],
    ['too-wide', 'OUTPUT_SCHEMA_MISMATCH', `the model's output "both" has 2 values a row, expected one for each of`],
  ])('is refused where the stage is "%s"', async (stageName, code, message) => {
    const stage = await start(stageName)

    const { reply } = await stage.run([
      { a: stageName === 'no-text' ? 'x' : 1, b: 2, c: stageName === 'no-text' ? 3 : 3n },
    ])

    expect(reply).toMatchObject({ kind: 'failed', error: { code } })
    expect(reply.kind === 'failed' && reply.error.message).toContain(message)
  })
})

describe('results that are read later', () => {
  test('of two calls in one batch stay apart', async () => {
    const stage = await start('halves')

    const { rows } = await stage.run([1, 2, 3, 4].map((x) => ({ x })))

    expect(rows).toEqual([{ y: 2 }, { y: 4 }, { y: 6 }, { y: 8 }])
  })

  test('of the parts that bisect makes stay apart', async () => {
    const stage = await start('halved')

    const { rows, reply } = await stage.run([1, 2, 13, 4].map((x) => ({ x })))

    expect(reply).toMatchObject({ kind: 'done', rejects: [{ row: 2 }] })
    expect([rows[0], rows[1], rows[3]]).toEqual([{ y: 2 }, { y: 4 }, { y: 8 }])
  })
})

describe('R120 a tensor that does not suit the model is refused, and never reaches native code', () => {
  test('a list of another length than the model takes is its own row alone', async () => {
    const stage = await start('of-three')

    const { rows, reply } = await stage.run([{ features: [1, 2, 3] }, { features: [1, 2] }, { features: [0, 0, 1] }])

    expect(reply).toMatchObject({ rejects: [{ row: 1, error: { code: 'RECORD_INVALID' } }] })
    expect([rows[0], rows[2]]).toEqual([{ y: -4 }, { y: -3 }])
  })

  test.each([[[]], [[1]], [Array.from({ length: 12 }, (_, index) => index)]])('alone, %#', async (features) => {
    const stage = await start('of-three')

    const { reply } = await stage.run([{ features }])

    expect(reply).toMatchObject({ error: { code: 'RECORD_INVALID' } })
    expect(reply.kind === 'failed' && reply.error.message).toContain(
      `column "features" has the shape [${features.length}] in this row, the model's input "features" takes [3]`,
    )
  })

  test('lists of any length go through a model that takes any, together where they are of one', async () => {
    const stage = await start('of-any')

    const equal = await stage.run([{ x: [1, 2] }, { x: [3, 4] }])
    const empty = await stage.run([{ x: [] }])
    const mixed = await stage.run([{ x: [1, 2] }, { x: [3] }])

    expect(equal.rows).toEqual([{ y: [-1, -2] }, { y: [-3, -4] }])
    expect(empty.rows).toEqual([{ y: [] }])
    expect(mixed.reply).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_ERROR' } })
    expect(mixed.reply.kind === 'failed' && mixed.reply.error.message).toContain(
      'name the column "x" in batch.sameShape',
    )
  })

  test('columns that the request itself chose are its own fault', async () => {
    const stage = await start('open')

    const replies = []
    for (const row of [
      { a: 1, b: 2 },
      { a: 'x', b: 'y', c: 'z' },
      { a: 1, b: null, c: 'x' },
    ]) {
      replies.push((await stage.run([row])).reply)
    }
    const right = await stage.run([{ p: 1, q: 2, r: 3 }])
    const other = await stage.run([{ u: 1, v: 1, w: 1 }])

    expect(replies).toMatchObject(replies.map(() => ({ kind: 'failed', error: { code: 'RECORD_INVALID' } })))
    expect([...right.rows, ...other.rows]).toEqual([{ y: -4 }, { y: 0 }])
  })
})
