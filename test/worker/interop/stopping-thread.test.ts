import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { FormedBatch, JsonRows, Ticket, type Waiter } from '@redesmyn/core'
import { afterAll, expect, test, vi } from 'vitest'
import { bundleApp } from '../../../packages/worker/dist/app/bundle-app.js'
import { loadApp } from '../../../packages/worker/dist/app/load-app.js'
import { threadControl, threadControlBytes } from '../../../packages/worker/dist/interop/native-guard.js'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'
import { observedBytes } from '../../../packages/worker/dist/observe/observed-memory.js'
import { StageRooms } from '../../../packages/worker/dist/pipeline/stage-rooms.js'
import { copyCountsBytes } from '../../../packages/worker/dist/thread/copy-counts.js'
import { Slot } from '../../../packages/worker/dist/thread/slot.js'
import type { SlotLoss, SlotParts } from '../../../packages/worker/dist/thread/slot-port.js'
import { systemClock } from '../../../packages/worker/dist/thread/system-clock.js'
import { writeOnnxFiles } from './onnx-files.ts'

const files = writeOnnxFiles()
process.env.ONNX_FOLDER = files.folder
afterAll(() => rm(files.folder, { recursive: true }))

/** A slot whose thread is inside a model's run. */
async function startHeavyRun(onLost: SlotParts['onLost']) {
  const { url, folder } = await bundleApp(fileURLToPath(new URL('./apps/onnx.ts', import.meta.url)))
  const stage = (await loadApp(url)).stages.get('heavy')
  const fields = stage?.input?.fields ?? []
  const control = new SharedArrayBuffer(threadControlBytes)
  const pool = new SlabPool({ maxBytes: 1 << 30, poison: 'on-release' })
  const slot = new Slot({
    data: {
      appUrl: url,
      appFolder: folder,
      stageName: 'heavy',
      modelsOf: undefined,
      slot: 1,
      control,
      copies: new SharedArrayBuffer(copyCountsBytes),
      observed: new SharedArrayBuffer(observedBytes),
      checkWrites: false,
      requestIdSuffix: '',
      logLevel: 'silent',
      logFormat: 'json',
      logFile: undefined,
    },
    concurrency: 1,
    awake: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    pool,
    nowMs: () => performance.now(),
    clock: systemClock(),
    onWake: () => undefined,
    onLost,
  })
  await slot.start()
  const rooms = new StageRooms(pool, { maxRows: 256, columnBytes: {}, output: stage?.output?.fields })
  const group: Waiter['group'] = { key: '', fields, params: {}, model: undefined }
  const room = rooms.open(group)
  if (room === undefined) throw new Error('there is no memory')
  const rows = new JsonRows(
    Array.from({ length: 256 }, () => ({ x: new Array<number>(1024).fill(1) })),
    fields,
    0,
  )
  rows.writeTo(room.writer, 0, 256)
  const batch = new FormedBatch(group, room, performance.now())
  const waiter: Waiter = {
    rows,
    group,
    timeoutMs: 10_000,
    clientRequestId: 'one',
    requestNumber: 1,
    requestId: 'one',
    query: '',
    deliver: () => undefined,
    fail: () => undefined,
  }
  new Ticket(waiter, performance.now()).place(batch, 256)

  slot.run(batch)
  const word = new Int32Array(control)
  await vi.waitUntil(() => Atomics.load(word, 0) === threadControl.native, { timeout: 10_000, interval: 1 })
  return { slot, word, batch }
}

test('a slot that is stopped while its model runs waits for the model, and the process lives', async () => {
  const { slot, word } = await startHeavyRun(() => undefined)

  await slot.stop()

  expect(Atomics.load(word, 0)).toBe(threadControl.abandoned)
})

test('a slot that is given up while its model runs is lost at once, and free when the model is done', async () => {
  const losses: SlotLoss[] = []
  const { slot, word, batch } = await startHeavyRun((_, loss) => losses.push(loss))
  let isFreed = false

  slot.abandon()
  void losses[0].freed?.then(() => {
    isFreed = true
  })
  const wasNative = Atomics.load(word, 0) === threadControl.abandoned
  await new Promise((resolve) => setImmediate(resolve))
  const wasFreed = isFreed
  await losses[0].freed
  await slot.stop()

  expect(losses).toMatchObject([{ reason: 'stuck', begun: [batch], notBegun: [], error: { code: 'EXECUTOR_LOST' } }])
  expect([wasNative, wasFreed, slot.inFlight]).toEqual([true, false, []])
})
