import { expect, test } from 'vitest'
import { CrashLoop } from '../../../packages/worker/dist/thread/crash-loop.js'

test('the fifth loss within ten seconds makes a loop, a slower one does not', () => {
  const quick = new CrashLoop()
  const slow = new CrashLoop()

  expect([0, 2000, 4000, 6000, 10_000].map((atMs) => quick.lost(atMs))).toEqual([false, false, false, false, true])
  expect([0, 2000, 4000, 6000, 10_001, 12_001].map((atMs) => slow.lost(atMs))).not.toContain(true)
})

test('a batch that is answered begins the count anew', () => {
  const loop = new CrashLoop()
  for (const atMs of [0, 1, 2, 3]) loop.lost(atMs)

  loop.answered()

  expect([4, 5, 6, 7].map((atMs) => loop.lost(atMs))).not.toContain(true)
  expect(loop.lost(8)).toBe(true)
})
