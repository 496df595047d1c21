import { bisect, type Handler, PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Point = Type.Object({ x: Type.Number() })

/** Throws when one of its rows is negative; counts its calls. */
function touchy(): { readonly handler: Handler<typeof Point, typeof Point>; readonly calls: number[] } {
  const calls: number[] = []
  return {
    calls,
    handler(batch) {
      calls.push(batch.rowCount)
      for (const x of batch.column('x')) if (x < 0) throw new PipelineError('REQUEST_INVALID', `x is ${x}`)
      return { x: batch.column('x').map((x) => x * 2) }
    },
  }
}

/** Runs 64 rows in one batch and collects what each was rejected with. */
async function run(handler: Handler<typeof Point, typeof Point>, xs: readonly number[]) {
  const rejected = new Map<number, string>()
  const spied: Handler<typeof Point, typeof Point> = async (batch, context) => {
    const output = await handler(
      batch,
      Object.create(context, {
        signal: { value: context.signal },
        reject: { value: (row: number, _: string, message: string) => void rejected.set(row, message) },
      }),
    )
    return output
  }
  const double = stage({ name: 'double', input: Point, output: Point, handler: spied })
  const rows = await double(xs.map((x) => ({ x })))
  return { rows: rows.map(({ x }) => x), rejected }
}

test('rows that a batch cannot stand are found by halving and fail alone', async () => {
  const { handler, calls } = touchy()
  const xs = Array.from({ length: 64 }, (_, x) => (x === 5 || x === 40 ? -x : x))

  const { rows, rejected } = await run(bisect(handler), xs)

  expect([...rejected]).toEqual([
    [5, 'x is -5'],
    [40, 'x is -40'],
  ])
  expect(rows.filter((_, row) => row !== 5 && row !== 40)).toEqual(xs.filter((x) => x >= 0).map((x) => x * 2))
  expect(calls.length).toBeLessThanOrEqual(2 * 2 * Math.log2(64) + 2)
})

test('a batch without guilty rows is run once', async () => {
  const { handler, calls } = touchy()
  const { rejected } = await run(bisect(handler), [1, 2, 3])

  expect(calls).toEqual([3])
  expect(rejected.size).toBe(0)
})
