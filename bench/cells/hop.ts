import { join } from 'node:path'
import { type Between, between, contractOf, type Medium } from '@redesmyn/cascade'
import { BatchWriter, layoutBatch, measureRecords, type RecordBatch } from '@redesmyn/core'
import { hop } from '../apps/hop.ts'
import { sourcePath } from '../contender/place.ts'
import { StageProcess } from '../drive/stage-process.ts'
import { median } from '../measure/median.ts'
import type { Effort } from './effort.ts'
import { measureSolo } from './measure-solo.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const sizes = [65_536, 1_048_576] as const
const goalsMs: Readonly<Record<string, number>> = { service: 0.1, app: 0.3, host: 1 }
const valueBytes = 4

/** A batch to a stage that does nothing and back, one after another, over each placement. */
export async function runHopCell({ rounds, isShort }: Effort): Promise<SoloOutcome> {
  const calls = isShort ? 50 : 2000
  const head = {
    name: 'hop',
    title: 'a batch of floats to a stage that gives it back, one call after another',
    columns: ['placement', 'KiB', 'p50 ms', 'p99 ms', 'goal'],
  }
  return await measureSolo(head, async (table, folder) => {
    const listen = [`unix:${join(folder, 'hop.sock')}`, 'http://127.0.0.1:0']
    const offered = await StageProcess.start(sourcePath('apps/hop.ts'), 'hop', listen, 1)
    const [socket, url] = offered.addresses
    const media = {
      service: between.service(),
      app: between.app({ socket: socket.replace(/^unix:/, '') }),
      host: between.host({ urls: [url] }),
    }
    const times = new Map<string, number[]>()
    try {
      for (let round = 0; round < rounds; round++) {
        for (const [placement, medium] of Object.entries(media)) {
          for (const bytes of sizes) {
            const key = `${placement} ${bytes}`
            times.set(key, [...(times.get(key) ?? []), ...(await measureCalls(medium, bytes, calls))])
          }
        }
      }
    } finally {
      await offered.stop()
    }
    for (const [key, milliseconds] of times) table.push(describe(key, milliseconds))
  })
}

/** The first calls are not counted: they open connections and warm the code. */
async function measureCalls(medium: Medium, bytes: number, calls: number): Promise<number[]> {
  const way = medium.open([hop])
  const signal = new AbortController().signal
  await way.hello(contractOf([hop], { version: '1', limits: { maxRows: 1 << 20, maxBytes: 1 << 28 } }), signal)
  const batch = floats(bytes / valueBytes)
  const milliseconds: number[] = []
  for (let call = -Math.ceil(calls / 10); call < calls; call++) {
    const startedAt = performance.now()
    const { batch: answered } = await callOnce(way, batch, `${bytes}/${call}`, signal)
    if (call >= 0) milliseconds.push(performance.now() - startedAt)
    if (answered.rowCount !== batch.rowCount)
      throw new Error(`${answered.rowCount} rows came back of ${batch.rowCount}`)
  }
  await way.close('drain')
  return milliseconds
}

async function callOnce(way: Between, batch: RecordBatch, idempotencyKey: string, signal: AbortSignal) {
  const context = { signal, deadlineMs: Number.POSITIVE_INFINITY, attempt: 1, traceparent: undefined, partition: {} }
  return await way.call(batch, { ...context, idempotencyKey })
}

function floats(count: number): RecordBatch {
  const fields = hop.input?.fields ?? []
  const records = Array.from({ length: count }, (_, row) => ({ x: row / 7 }))
  const layout = layoutBatch(fields, measureRecords(fields, records, 0, count))
  const writer = new BatchWriter(layout, new SharedArrayBuffer(layout.byteLength))
  if (!writer.appendRecords(records, 0, count)) throw new Error('measured records do not fit')
  return writer.batch()
}

function describe(key: string, milliseconds: readonly number[]): string[] {
  const [placement, bytes] = key.split(' ')
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const p50 = median(sorted)
  const p99 = sorted[Math.floor(sorted.length * 0.99)]
  const isGoal = Number(bytes) === sizes[0]
  const verdict = `≤ ${goalsMs[placement]} ${p50 <= goalsMs[placement] ? 'reached' : 'missed'}`
  return [placement, String(Number(bytes) / 1024), p50.toFixed(3), p99.toFixed(3), isGoal ? verdict : '']
}
