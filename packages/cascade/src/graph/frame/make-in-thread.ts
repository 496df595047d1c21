import { Worker } from 'node:worker_threads'
import { fromErrorData, PipelineError } from '@redesmyn/core'
import type { FrameOrder, FromFrameThread, ToFrameThread } from './frame-messages.ts'
import type { FrameResult } from './frame-task.ts'

/**
 * Makes a frame asset in a thread of its own. Rejects with what `makeFrameAsset` throws, EXECUTOR_LOST where the thread
 * ended without an answer, and the signal's reason when it aborts: the thread is told, and left to end by itself, because
 * a call of Polars can't be ended from outside.
 */
export async function makeInThread(order: FrameOrder, signal: AbortSignal): Promise<FrameResult> {
  signal.throwIfAborted()
  const thread = new Worker(new URL(import.meta.resolve('#frame-entry')), { workerData: order })
  return await new Promise((resolve, reject) => {
    const abort = () => {
      const message: ToFrameThread = 'abort'
      thread.postMessage(message)
      thread.unref()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    thread.on('message', (answer: FromFrameThread) => {
      if (answer.kind === 'made') resolve(answer.result)
      else reject(fromErrorData(answer.error))
    })
    thread.on('error', (cause) => reject(lost(order.task.asset, cause)))
    // After its answer this comes too late to say anything.
    thread.on('exit', () => {
      signal.removeEventListener('abort', abort)
      reject(lost(order.task.asset, undefined))
    })
  })
}

function lost(asset: string, cause: unknown): PipelineError {
  return new PipelineError('EXECUTOR_LOST', `the thread that made asset "${asset}" ended before it was done`, { cause })
}
