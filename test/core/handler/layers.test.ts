import { type Handler, limit, loadShed, PipelineError, retry, stage, timeout } from '@redesmyn/core'
import { type Static, Type } from 'typebox'
import { expect, test } from 'vitest'
import { fakeClock } from '../../clock/fake-clock.ts'

const Point = Type.Object({ x: Type.Number() })

function stageOf(handler: Handler<typeof Point, typeof Point>) {
  return stage({ name: 'layered', input: Point, output: Point, handler })
}

/** A handler whose calls end when the test says so. */
function gate() {
  const calls: { readonly finish: () => void; readonly signal: AbortSignal; readonly attempt: number }[] = []
  const handler: Handler<typeof Point, typeof Point> = async (batch, { signal, attempt }) => {
    await new Promise<void>((finish) => calls.push({ finish, signal, attempt }))
    return { x: batch.column('x') }
  }
  return { calls, handler }
}

const rows: readonly Static<typeof Point>[] = [{ x: 1 }]
const settle = () => new Promise(setImmediate)

test('a call over its time limit fails with DEADLINE_EXCEEDED and its signal is aborted', async () => {
  const clock = fakeClock()
  const { calls, handler } = gate()
  const answer = stageOf(timeout(50)(handler))(rows, { clock })
  const outcome = answer.catch((error: unknown) => error)
  await expect.poll(() => calls.length).toBe(1)

  clock.advance(49)
  expect(calls[0]?.signal.aborted).toBe(false)
  clock.advance(1)

  expect(await outcome).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  expect(calls[0]?.signal.aborted).toBe(true)
})

test('a call within its time limit leaves no timer behind', async () => {
  const clock = fakeClock()

  expect(await stageOf(timeout(50)((batch) => ({ x: batch.column('x') })))(rows, { clock })).toEqual(rows)
  expect(clock.timerCount).toBe(0)
})

test('a call that throws is repeated with the next attempt number, after a growing delay', async () => {
  const clock = fakeClock()
  const attempts: number[] = []
  const flaky: Handler<typeof Point, typeof Point> = (batch, { attempt }) => {
    attempts.push(attempt)
    if (attempt < 3) throw new Error('not yet')
    return { x: batch.column('x') }
  }

  const answer = stageOf(retry({ attempts: 3, delayMs: 10 })(flaky))(rows, { clock })
  await expect.poll(() => clock.timerCount).toBe(1)
  clock.advance(10)
  await settle()
  clock.advance(19)
  expect(attempts).toEqual([1, 2])
  clock.advance(1)

  expect(await answer).toEqual(rows)
  expect(attempts).toEqual([1, 2, 3])
})

test('a refusal of our own is not repeated, and attempts end', async () => {
  let calls = 0
  const refuse = stageOf(
    retry()(() => {
      calls++
      throw new PipelineError('REQUEST_INVALID', 'no')
    }),
  )
  const fail = stageOf(
    retry({ attempts: 2 })(() => {
      calls++
      throw new Error('always')
    }),
  )

  await expect(refuse(rows)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  expect(calls).toBe(1)
  await expect(fail(rows)).rejects.toThrow('always')
  expect(calls).toBe(3)
})

test('a call beyond the limit is shed with QUEUE_FULL, and room comes back', async () => {
  const { calls, handler } = gate()
  const shedding = stageOf(loadShed(1)(handler))
  const first = shedding(rows)
  await expect.poll(() => calls.length).toBe(1)

  await expect(shedding(rows)).rejects.toMatchObject({ code: 'QUEUE_FULL' })
  calls[0]?.finish()
  expect(await first).toEqual(rows)
  const later = shedding(rows)
  await expect.poll(() => calls.length).toBe(2)
  calls[1]?.finish()
  expect(await later).toEqual(rows)
})

test('calls beyond the limit wait their turn', async () => {
  const { calls, handler } = gate()
  const limited = stageOf(limit(2)(handler))
  const answers = [1, 2, 3, 4].map((x) => limited([{ x }]))
  await expect.poll(() => calls.length).toBe(2)
  await settle()
  expect(calls).toHaveLength(2)

  for (let index = 0; index < 4; index++) {
    await expect.poll(() => calls.length).toBeGreaterThan(index)
    calls[index]?.finish()
  }

  expect(await Promise.all(answers)).toEqual([[{ x: 1 }], [{ x: 2 }], [{ x: 3 }], [{ x: 4 }]])
})
