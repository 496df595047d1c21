import { parentPort, workerData } from 'node:worker_threads'
import { PipelineError, toErrorData } from '@redesmyn/core'
import { importAssets } from '../import-assets.ts'
import type { FrameOrder, FromFrameThread } from './frame-messages.ts'
import type { FrameResult } from './frame-task.ts'
import { makeFrameAsset } from './make-frame-asset.ts'

/** A thread that makes one frame asset and ends: Polars' calls would else stop the run's own thread for as long as they take. */
async function serve({ appUrl, task }: FrameOrder, signal: AbortSignal): Promise<FrameResult> {
  const { assets, compile } = await importAssets(appUrl)
  const asset = assets.get(task.asset)
  if (asset?.kind === 'frame') return await makeFrameAsset({ asset, task, compile, signal })
  throw new PipelineError('INTERNAL', `there is no frame asset "${task.asset}" in the app's bundle`)
}

const aborter = new AbortController()
parentPort?.once('message', () => aborter.abort())
// Sent by `makeInThread` and nobody else.
const order: FrameOrder = workerData
const answer: FromFrameThread = await serve(order, aborter.signal).then(
  (result) => ({ kind: 'made', result }),
  (error: unknown) => ({ kind: 'failed', error: toErrorData(error, 'INTERNAL') }),
)
parentPort?.postMessage(answer)
parentPort?.close()
