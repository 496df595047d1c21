import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { bundleApp } from '../../../packages/worker/dist/app/bundle-app.js'
import {
  giveUpThread,
  NativeGuard,
  threadControl,
  threadControlBytes,
} from '../../../packages/worker/dist/interop/native-guard.js'
import { SlotUnderTest } from '../thread/slot-under-test.ts'
import { writeOnnxFiles } from './onnx-files.ts'

const files = writeOnnxFiles()
process.env.ONNX_FOLDER = files.folder
const app = bundleApp(fileURLToPath(new URL('./apps/onnx.ts', import.meta.url)))
afterAll(() => rm(files.folder, { recursive: true }))

describe('who may end a thread', () => {
  test('a thread outside native code is doomed at once, and enters none any more', async () => {
    const control = new SharedArrayBuffer(threadControlBytes)
    const guard = new NativeGuard(control, () => undefined)
    await guard.run(async () => 'before')

    const verdict = giveUpThread(control)

    expect(verdict).toBe('doomed')
    await expect(guard.run(async () => 'after')).rejects.toMatchObject({ code: 'EXECUTOR_LOST' })
  })

  test('a thread inside native code is abandoned, and ends itself behind its last call', async () => {
    const control = new SharedArrayBuffer(threadControlBytes)
    const endThread = vi.fn()
    const first = new NativeGuard(control, endThread)
    const second = new NativeGuard(control, endThread)
    const { promise: inFirst, resolve: endFirst } = deferred()
    const { promise: inSecond, resolve: endSecond } = deferred()
    const calls = [first.run(() => inFirst), second.run(() => inSecond)]

    const verdict = giveUpThread(control)
    endFirst()
    await calls[0]
    const endedEarly = endThread.mock.calls.length
    endSecond()
    await calls[1]

    expect([verdict, endedEarly, endThread.mock.calls.length]).toEqual(['abandoned', 0, 1])
  })

  test('a native call that fails leaves the thread free to be ended', async () => {
    const control = new SharedArrayBuffer(threadControlBytes)
    const guard = new NativeGuard(control, () => undefined)

    await expect(guard.run(() => Promise.reject(new Error('native')))).rejects.toThrow('native')

    expect(giveUpThread(control)).toBe('doomed')
  })

  test('a thread that runs a model says so, survives being given up, and ends when the model has run', async () => {
    const slot = await SlotUnderTest.start(app, 'heavy')
    const word = new Int32Array(slot.control)
    const rows = Array.from({ length: 300 }, () => ({ x: new Array<number>(1024).fill(1) }))
    void slot.run(rows)
    await vi.waitUntil(() => Atomics.load(word, 0) === threadControl.native, { timeout: 10_000, interval: 1 })

    const verdict = giveUpThread(slot.control)
    await slot.ended

    expect(verdict).toBe('abandoned')
    await slot.stop()
  })

  test('a model that is not there fails the start of the thread', async () => {
    await expect(SlotUnderTest.start(app, 'missing')).rejects.toThrow(/missing\.onnx/)
  })
})

function deferred() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
