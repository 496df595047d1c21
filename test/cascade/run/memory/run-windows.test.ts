import { expect, test } from 'vitest'
import { planWindows, type RunShape } from '../../../../packages/cascade/dist/run/memory/run-windows.js'
import { thrownBy } from '../../../thrown.ts'

const mebibyte = 1024 * 1024

const shape: RunShape = {
  batchBytes: { read: 6 * mebibyte, stages: [4 * mebibyte, 2 * mebibyte] },
  fileBytes: { read: 20 * mebibyte, write: 10 * mebibyte },
  stageThreads: 2,
  callsElsewhere: 0,
  parts: 2,
}

test('with memory to spare, as many batches are on the way as threads can use', () => {
  const windows = planWindows(shape, 4096 * mebibyte)

  expect(windows.parts).toBe(2)
  expect(windows.maxBatches).toBe(8)
})

test('with less memory fewer parts are in work, and fewer batches', () => {
  const roomy = planWindows(shape, 600 * mebibyte)
  const tight = planWindows(shape, 260 * mebibyte)

  expect(tight.parts).toBeLessThan(roomy.parts)
  expect(tight.maxBatches).toBeLessThan(roomy.maxBatches)
})

test('what is not enough is refused, naming the largest term; exactly enough runs', () => {
  const refusal = thrownBy(() => planWindows(shape, 50 * mebibyte))
  const neededBytes = Number(/needs at least (\d+) bytes/.exec(refusal.message)?.[1])

  expect(refusal).toMatchObject({ code: 'MEMORY_INSUFFICIENT' })
  expect(refusal.message).toContain('the largest term is the process')
  expect(planWindows(shape, neededBytes)).toMatchObject({ parts: 1, maxBatches: 2 })
  expect(thrownBy(() => planWindows(shape, neededBytes - 1))).toMatchObject({ code: 'MEMORY_INSUFFICIENT' })
})

test('the largest term is named whichever it is', () => {
  const giant = { ...shape, batchBytes: { read: 400 * mebibyte, stages: [] } }

  expect(thrownBy(() => planWindows(giant, 50 * mebibyte)).message).toContain(
    'the largest term is 2 batches with 800 MiB',
  )
})
