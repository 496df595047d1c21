import type { ErrorData } from '@redesmyn/core'
import type { FrameResult, FrameTask } from './frame-task.ts'

/** What a thread is started with. */
export interface FrameOrder {
  /** Of the app's bundle. */
  readonly appUrl: string
  readonly task: FrameTask
}

/** What a thread says, once. */
export type FromFrameThread =
  | { readonly kind: 'made'; readonly result: FrameResult }
  | { readonly kind: 'failed'; readonly error: ErrorData }

/** What a thread may be told: that nobody waits for the frame any more. */
export type ToFrameThread = 'abort'
