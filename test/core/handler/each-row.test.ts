import { eachRow, PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Point = Type.Object({ x: Type.Number() })
const notAnError: unknown = 'a text'
const Result = Type.Object({ y: Type.Number() })

test('a function of one row becomes a handler of batches, in order', async () => {
  const double = stage({ name: 'double', input: Point, output: Result, handler: eachRow(({ x }) => ({ y: 2 * x })) })

  expect(await double([{ x: 1 }, { x: 2 }, { x: 3 }])).toEqual([{ y: 2 }, { y: 4 }, { y: 6 }])
})

test('rows fail one by one, with the code of our own errors and HANDLER_ERROR for all others', async () => {
  const run = ({ x }: { readonly x: number }) => {
    if (x === 1) throw new PipelineError('REQUEST_INVALID', 'one is not allowed')
    if (x === 2) throw new Error('secret')
    if (x === 3) return Promise.reject(notAnError)
    return { y: x }
  }
  const failing = stage({ name: 'failing', input: Point, output: Result, handler: eachRow(run) })

  const error: unknown = await failing([{ x: 0 }, { x: 1 }, { x: 2 }, { x: 3 }]).catch((thrown: unknown) => thrown)

  expect(error).toMatchObject({
    code: 'REQUEST_INVALID',
    details: {
      issues: [
        { row: 1, code: 'REQUEST_INVALID' },
        { row: 2, code: 'HANDLER_ERROR' },
        { row: 3, code: 'HANDLER_ERROR' },
      ],
    },
  })
})

test('as many rows are worked on at once as `concurrency` says', async () => {
  let running = 0
  let most = 0
  const releases: (() => void)[] = []
  const run = async ({ x }: { readonly x: number }) => {
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => releases.push(resolve))
    running--
    return { y: x }
  }
  const waiting = stage({ name: 'waiting', input: Point, output: Result, handler: eachRow(run, { concurrency: 3 }) })

  const answer = waiting(Array.from({ length: 10 }, (_, x) => ({ x })))
  for (let released = 0; released < 10; ) {
    await new Promise(setImmediate)
    for (const release of releases.splice(0)) {
      release()
      released++
    }
  }

  expect((await answer).map(({ y }) => y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(most).toBe(3)
})

test('no further row begins once the batch was given up', async () => {
  const gone = new AbortController()
  const seen: number[] = []
  const run = ({ x }: { readonly x: number }) => {
    seen.push(x)
    gone.abort(new PipelineError('DEADLINE_EXCEEDED', 'too late'))
    return { y: x }
  }
  const aborted = stage({ name: 'aborted', input: Point, output: Result, handler: eachRow(run) })

  await expect(aborted([{ x: 1 }, { x: 2 }], { signal: gone.signal })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  })
  expect(seen).toEqual([1])
})
