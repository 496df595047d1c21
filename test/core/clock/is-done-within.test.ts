import { getEventListeners } from 'node:events'
import { isDoneWithin } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../clock/fake-clock.ts'

const never = new Promise<never>(() => undefined)

describe('isDoneWithin', () => {
  test('work that ends in time is done, and its timer is gone', async () => {
    const clock = fakeClock()

    const isDone = await isDoneWithin(Promise.resolve(), { clock, ms: 10 })

    expect(isDone).toBe(true)
    expect(clock.timerCount).toBe(0)
  })

  test('work that takes longer is not', async () => {
    const clock = fakeClock()

    const isDone = isDoneWithin(never, { clock, ms: 10 })
    clock.advance(10)

    expect(await isDone).toBe(false)
  })

  test.each(['before', 'meanwhile'])('whoever is in a hurry %s waits for nothing', async (moment) => {
    const clock = fakeClock()
    const hurry = new AbortController()
    if (moment === 'before') hurry.abort()

    const isDone = isDoneWithin(never, { clock, ms: 10, signal: hurry.signal })
    hurry.abort()

    expect(await isDone).toBe(false)
    expect(clock.timerCount).toBe(0)
  })

  test('rejects with what the work rejects with', async () => {
    const work = Promise.reject(new Error('it broke'))

    await expect(isDoneWithin(work, { clock: fakeClock(), ms: 10 })).rejects.toThrow('it broke')
  })

  test('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController()

    await isDoneWithin(Promise.resolve(), { clock: fakeClock(), ms: 10, signal })

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
