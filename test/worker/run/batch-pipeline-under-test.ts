import { fileURLToPath } from 'node:url'
import { type AnyStage, BatchWriter, layoutBatch, measureRecords } from '@redesmyn/core'
import {
  type BatchCall,
  type BatchOutput,
  type BatchPipeline,
  openBatchPipeline,
  type RowBlock,
} from '@redesmyn/worker'
import { bundleOnce } from '../../apps/bundle-once.ts'
import { onTestFinished } from 'vitest'
import { TestLog } from '../pipeline/start-stage.ts'

type Row = Readonly<Record<string, unknown>>

export interface PipelineUnderTest {
  readonly pipeline: BatchPipeline
  readonly log: TestLog
}

/** Stages of test/apps/batch-runs.ts at work for a run, until the test is over. */
export async function startPipeline(
  stages: readonly AnyStage[],
  options: { readonly batchRows?: number; readonly threads?: number } = {},
): Promise<PipelineUnderTest> {
  const app = await bundleOnce(fileURLToPath(new URL('../../apps/batch-runs.ts', import.meta.url)))
  const log = new TestLog()
  const logging = { level: 'silent', format: 'json', file: undefined } as const
  const pipeline = await openBatchPipeline({ stages, app, log, logging, ...options })
  onTestFinished(async () => await pipeline.stop('abort'))
  return { pipeline, log }
}

/** Rows as a reader leaves them. */
export function rowBlock({ input }: AnyStage, rows: readonly Row[]): RowBlock {
  const fields = input?.fields ?? []
  const capacity = measureRecords(fields, rows, 0, rows.length)
  const layout = layoutBatch(fields, capacity)
  const buffer = new SharedArrayBuffer(layout.byteLength)
  new BatchWriter(layout, buffer).appendRecords(rows, 0, rows.length)
  return { buffer, fields, capacity, rowCount: rows.length }
}

export function batchCall(rows: RowBlock, change: Partial<BatchCall> = {}): BatchCall {
  return { rows, signal: new AbortController().signal, idempotencyKey: 'part-0/batch-0', partition: {}, ...change }
}

/** Points with the given x, numbered. */
export function points(xs: ArrayLike<number>): readonly { readonly id: number; readonly x: number }[] {
  return Array.from(xs, (x, id) => ({ id, x }))
}

/** The rows of an output, which is released. */
export function take(output: BatchOutput): readonly Row[] {
  const rows = output.batch.rows()
  output.release()
  return rows
}

/** All outputs of a call, each released before the next is asked for. */
export async function takeAll(first: BatchOutput): Promise<readonly TakenOutput[]> {
  const taken: TakenOutput[] = []
  for (let output: BatchOutput | undefined = first; output !== undefined; output = await output.rest?.()) {
    const { rejects, filteredRows } = output
    taken.push({ rows: take(output), rejects, filteredRows })
  }
  return taken
}

export interface TakenOutput extends Pick<BatchOutput, 'rejects' | 'filteredRows'> {
  readonly rows: readonly Row[]
}
