import type { MessagePort } from 'node:worker_threads'
import type { ErrorData } from '@redesmyn/core'
import type { FormatName, ReadBlock, ReadRequest } from '../../source/source-format.ts'

/** One part, as a reader's thread is asked for it. */
export interface ReadTask {
  readonly kind: 'read'
  readonly port: MessagePort
  readonly format: FormatName
  /** Where the schema is, which cannot be sent: the bundled app, and the asset in it that reads. */
  readonly appUrl: string
  readonly asset: string
  /** Whether the rows are rejects, which have members of ours beside their own. */
  readonly isRetry: boolean
  readonly request: Omit<ReadRequest, 'schema' | 'signal' | 'allocate' | 'hold' | 'keep'>
}

/** What the thread says on the task's port. */
export type FromReader =
  /** How much of a long record it keeps; answered once there is room for it. */
  | { readonly kind: 'hold'; readonly byteLength: number }
  /** How much it keeps beside its blocks; answered in the same way. */
  | { readonly kind: 'keep'; readonly byteLength: number }
  | { readonly kind: 'allocate'; readonly byteLength: number }
  /** `loan`: number of the memory that the block lies in. */
  | { readonly kind: 'block'; readonly loan: number; readonly block: ReadBlock; readonly spent: ReadTimes }
  | { readonly kind: 'ended'; readonly spent: ReadTimes }
  | { readonly kind: 'failed'; readonly error: ErrorData }

/** Milliseconds since the block before: at work, and waiting for memory. */
export interface ReadTimes {
  readonly busyMs: number
  readonly waitMs: number
}

export type ToReader =
  | { readonly kind: 'held' }
  | { readonly kind: 'memory'; readonly loan: number; readonly buffer: SharedArrayBuffer }
  | { readonly kind: 'abort' }
