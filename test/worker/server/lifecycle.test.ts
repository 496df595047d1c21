import { PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { Lifecycle, type LifecycleSteps } from '../../../packages/worker/dist/server/lifecycle.js'

interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
}

function deferred<T>(): Deferred<T> {
  let settle: { resolve(value: T): void; reject(error: Error): void } | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) }
}

function setUp(steps: Partial<LifecycleSteps<string>> = {}) {
  const calls: string[] = []
  const lifecycle = new Lifecycle<string>({
    start: async () => 'parts',
    stop: async (started, { drainMs }) => {
      calls.push(`stop ${started} ${drainMs}`)
      return { isDrained: true }
    },
    ...steps,
  })
  return { lifecycle, calls }
}

describe('Lifecycle', () => {
  test('a second start is refused, while starting, while serving and after a stop', async () => {
    const { lifecycle } = setUp()

    const starting = lifecycle.start()
    await expect(lifecycle.start()).rejects.toMatchObject({ code: 'LIFECYCLE_MISUSE' })
    await starting
    await expect(lifecycle.start()).rejects.toThrow('serve() was called when the server is serving')
    await lifecycle.stop()
    await expect(lifecycle.start()).rejects.toThrow('serve() was called when the server is stopped')
  })

  test('a stop before the start does nothing, and the server can still start', async () => {
    const { lifecycle, calls } = setUp()

    await lifecycle.stop()
    await lifecycle.start()

    expect(lifecycle.state).toBe('serving')
    expect(calls).toEqual([])
  })

  test('two stops are one', async () => {
    const { lifecycle, calls } = setUp()
    await lifecycle.start()

    const reports = await Promise.all([lifecycle.stop({ drainMs: 5 }), lifecycle.stop(), lifecycle.stop()])

    expect(calls).toEqual(['stop parts 5'])
    expect(reports).toEqual([{ isDrained: true }, { isDrained: true }, { isDrained: true }])
    expect(lifecycle.state).toBe('stopped')
  })

  test('a stop while starting waits for the start, ends what it gave, and the start is refused', async () => {
    const start = deferred<string>()
    const { lifecycle, calls } = setUp({ start: () => start.promise })

    const starting = lifecycle.start()
    const stopping = lifecycle.stop()
    start.resolve('parts')

    await expect(starting).rejects.toThrow('the server was stopped while it started')
    await stopping
    expect(calls).toEqual(['stop parts undefined'])
    expect(lifecycle.state).toBe('stopped')
  })

  test('a stop while starting tells the start', async () => {
    const { lifecycle } = setUp({
      start: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told')))),
    })

    const starting = lifecycle.start()
    const stopping = lifecycle.stop()

    await expect(starting).rejects.toThrow('told')
    await expect(stopping).resolves.toEqual({ isDrained: true })
  })

  test('a start that fails leaves a stopped server', async () => {
    const { lifecycle, calls } = setUp({ start: () => Promise.reject(new Error('no port')) })

    await expect(lifecycle.start()).rejects.toThrow('no port')
    await lifecycle.stop()

    expect(lifecycle.state).toBe('stopped')
    expect(calls).toEqual([])
  })

  test('a stop that is not graceful hurries the one under way', async () => {
    const draining = deferred<boolean>()
    const { lifecycle } = setUp({
      stop: async (_, { hurry }) => {
        draining.resolve(hurry.aborted)
        await new Promise<void>((resolve) => hurry.addEventListener('abort', () => resolve()))
        return { isDrained: false }
      },
    })
    await lifecycle.start()

    const stopping = lifecycle.stop()
    const wasHurried = await draining.promise
    const hurried = lifecycle.stop({ graceful: false })

    expect(wasHurried).toBe(false)
    await expect(stopping).resolves.toEqual({ isDrained: false })
    await expect(hurried).resolves.toEqual({ isDrained: false })
  })

  test('one that fails stops by itself, and everybody hears of what went wrong first', async () => {
    const { lifecycle, calls } = setUp()
    const failure = new PipelineError('EXECUTOR_LOST', 'the threads end')
    await lifecycle.start()

    lifecycle.fail(failure)
    lifecycle.fail(new PipelineError('INTERNAL', 'and something else'))

    expect(await lifecycle.whenStopped).toEqual({ isDrained: true, failure })
    expect(await lifecycle.stop()).toEqual({ isDrained: true, failure })
    expect(calls).toEqual(['stop parts undefined'])
  })

  test('a start during which it fails rejects with what went wrong', async () => {
    const { promise, reject } = deferred<string>()
    const { lifecycle } = setUp({ start: () => promise })
    const failure = new PipelineError('EXECUTOR_LOST', 'the threads end')
    const starting = lifecycle.start()

    lifecycle.fail(failure)
    reject(new Error('stopped'))

    await expect(starting).rejects.toBe(failure)
  })
})
