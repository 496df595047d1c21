import { type Compile, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { DataFrame } from 'nodejs-polars'
import type { FrameAsset } from '../any-asset.ts'
import { TypedDataFrame } from '../typed-data-frame.ts'
import { sinkFormatOf } from '../../sink/sink-formats.ts'
import { checkBatches } from './check-batches.ts'
import { batchesOfFrame, batchOfRows, frameOfBatches } from './frame-batches.ts'
import type { FrameResult, FrameTask } from './frame-task.ts'
import { readRows } from './read-rows.ts'

export interface FrameMaking {
  readonly asset: FrameAsset
  readonly task: FrameTask
  /** Of the app's own TypeBox. */
  readonly compile: Compile
  readonly signal: AbortSignal
}

/**
 * Reads the inputs of a frame asset, makes it and writes its file, which is on disk when this resolves. Rejects with
 * RECORD_INVALID or SCHEMA_MISMATCH for an input and OUTPUT_SCHEMA_MISMATCH for a result that breaks its schema, naming
 * asset, column and row, with what reading and writing throw, and with HANDLER_ERROR where `make` throws an error that is
 * not of the table.
 */
export async function makeFrameAsset(making: FrameMaking): Promise<FrameResult> {
  const { asset, task, signal } = making
  const { name, schema } = asset
  const inputs = await readInputs(making)
  signal.throwIfAborted()
  const returned = await callMake(asset, Object.fromEntries(inputs), { asset: name, runId: task.runId, signal })
  const subject = `asset "${name}" returned`
  const batches = await checkBatches(batchesOf(asset, returned), { schema, code: 'OUTPUT_SCHEMA_MISMATCH', subject })
  signal.throwIfAborted()
  const written = await writeRows(making, batches)
  return { rowsIn: inputs.reduce((sum, [, frame]) => sum + frame.rowCount, 0), ...written }
}

async function readInputs(making: FrameMaking): Promise<readonly (readonly [string, TypedDataFrame])[]> {
  const { asset, task, compile, signal } = making
  const frames: (readonly [string, TypedDataFrame])[] = []
  for (const [key, source] of Object.entries(asset.inputs)) {
    const input = task.inputs[key]
    if (input === undefined)
      throw new PipelineError('INTERNAL', `asset "${asset.name}" was given no files for "${key}"`)
    const schema = asset.takes?.[key] ?? source.schema
    const subject = `asset "${asset.name}": "${source.name}"`
    const batches = await readRows({ input, schema, compile, subject, signal })
    frames.push([key, TypedDataFrame['~checked'](schema, await frameOfBatches(schema.fields, batches))])
  }
  return frames
}

async function callMake(asset: FrameAsset, ...call: Parameters<FrameAsset['make']>): Promise<unknown> {
  try {
    return await asset.make(...call)
  } catch (error) {
    if (error instanceof Error && error.name === 'PipelineError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipelineError('HANDLER_ERROR', `asset "${asset.name}" could not be made: ${reason}`, { cause: error })
  }
}

function batchesOf({ name, schema }: FrameAsset, returned: unknown): readonly RecordBatch[] {
  if (isTyped(returned)) return batchesOfFrame(returned.frame)
  if (isFrame(returned)) return batchesOfFrame(returned)
  if (Array.isArray(returned)) return [batchOfRows(schema.fields, returned, name)]
  const message = `asset "${name}" must return a Polars frame or rows, got ${returned === null ? 'null' : typeof returned}`
  throw new PipelineError('OUTPUT_SCHEMA_MISMATCH', message)
}

async function writeRows({ asset, task }: FrameMaking, batches: readonly RecordBatch[]) {
  const sink = await sinkFormatOf(asset.format)
  const writer = await sink.open(task.dataPath, asset.schema.fields, asset.options)
  try {
    for (const batch of batches) await writer.write(batch)
    return await writer.finish()
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/** Both by shape, because an app may hold another copy of the packages. */
function isTyped(value: unknown): value is TypedDataFrame {
  return typeof value === 'object' && value !== null && 'frame' in value && isFrame(value.frame)
}

/** A frame is a proxy: it has its methods, but `in` does not tell. */
function isFrame(value: unknown): value is DataFrame {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'writeIPCStream') === 'function'
}
