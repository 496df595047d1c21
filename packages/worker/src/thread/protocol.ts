import type { LoggerOptions } from '../observe/logger.ts'
import type {
  BatchAttempt,
  BatchLayout,
  Capacity,
  ErrorData,
  Field,
  ModelRef,
  ReplyHead,
  StageOverride,
} from '@redesmyn/core'
import type { MessagePort } from 'node:worker_threads'

/** What of an app says where models come from: an endpoint, or an asset whose cache has this number among all. */
export type ModelOwner =
  | { readonly kind: 'endpoint'; readonly path: string }
  | { readonly kind: 'asset'; readonly number: number }

/** What a slot's thread is told once, as workerData. */
export interface SlotData {
  /** The bundled app module, which the thread imports in its first task. */
  readonly appUrl: string
  /** Where relative paths in options resolve. */
  readonly appFolder: string
  /** What the stages of the app are given in place of what they declare. */
  readonly overrides?: readonly StageOverride[]
  readonly stageName: string
  /** Whose rows the batches are. Default `requests`. */
  readonly rows?: 'requests' | 'run'
  /** Stages that run in the calls of that one, behind it. */
  readonly fused?: readonly string[]
  /** Whose model cache this slot loads from; undefined where the stage's handler takes no model. */
  readonly modelsOf: ModelOwner | undefined
  /** 1 for the first thread of the stage; kept when the thread is replaced. */
  readonly slot: number
  /** See native-guard.ts. */
  readonly control: SharedArrayBuffer
  /** See copy-counts.ts. */
  readonly copies: SharedArrayBuffer
  /** See observed-memory.ts. */
  readonly observed: SharedArrayBuffer
  readonly checkWrites: boolean
  /** What the ids of requests end with whose clients sent none: see request-ids.ts. */
  readonly requestIdSuffix: string
  readonly logLevel: LoggerOptions['level']
  readonly logFormat: LoggerOptions['format']
  readonly logFile: LoggerOptions['file']
  /** What every line of the thread's log carries. */
  readonly logFacts?: LoggerOptions['facts']
}

/** How the bytes of a slab are laid out: both sides compute the same layout from it. */
export interface SlabShape {
  readonly input: readonly Field[]
  readonly inputCapacity: Capacity
  readonly output: readonly Field[] | undefined
  readonly outputCapacity: Capacity | undefined
}

/** Loads the app; the first task of a thread. */
export interface StartTask {
  readonly kind: 'start'
}

export interface LoadTask {
  readonly kind: 'load'
  readonly model: ModelRef
}

/** Takes batches from the ring until the port closes: the one task that lasts as long as the thread serves. */
export interface ServeTask {
  readonly kind: 'serve'
  readonly port: MessagePort
  readonly ring: SharedArrayBuffer
  /** Shared by all slots of a stage: whether the main thread will look at the rings by itself. */
  readonly awake: SharedArrayBuffer
  /** Batches that may run at once, where the handler waits for something. */
  readonly concurrency: number
}

export interface UnloadTask {
  readonly kind: 'unload'
  readonly models: readonly ModelRef[]
}

/** Before the thread is ended: what was provided to handlers is disposed of. */
export interface CloseTask {
  readonly kind: 'close'
}

export type SlotTask = StartTask | LoadTask | UnloadTask | ServeTask | CloseTask

export type SlotAnswer =
  /** `closes`: there is something to dispose of before the thread ends. */
  | { readonly kind: 'started'; readonly closes?: true }
  | { readonly kind: 'closed' }
  | { readonly kind: 'start-failed'; readonly error: ErrorData }
  | { readonly kind: 'loaded'; readonly loadMs: number }
  | { readonly kind: 'load-failed'; readonly error: ErrorData; readonly loadMs: number }
  | { readonly kind: 'unloaded' }
  | { readonly kind: 'served' }

/** Goes ahead of a batch, on the port, where the slab alone cannot say everything. */
export interface BatchNote {
  /** Slabs that come to this slot for the first time: the batch's, and the one its rows lie in. */
  readonly introductions: readonly SlabIntroduction[]
  /** Where the rows lie, where that is no slab. */
  readonly source: SpilledOutput | undefined
  /** Slabs that are gone: the slot drops its views of them. */
  readonly forget: readonly number[]
  /** Facts that had no room in the slab. */
  readonly facts: string | undefined
}

/** Says that a batch is given up: the word in its slab says which. */
export const givenUp = 'given-up'

/** What the main thread sends on a slot's port; null only wakes the thread. */
export type ToThread = BatchNote | typeof givenUp | null

export interface SlabIntroduction {
  readonly slab: number
  readonly buffer: SharedArrayBuffer
  readonly shape: SlabShape
}

/** What the rows of a batch have in common, and whose they are. Written as JSON, read only when something asks. */
export interface BatchFacts {
  /** Request ids in order, joined by newlines, which an id cannot hold. */
  readonly ids: string
  /** Raw queries likewise; absent where no request has one. */
  readonly queries?: string
  /** Values of the headers that handlers may read, by name, likewise; absent where no request has any. */
  readonly headers?: Readonly<Record<string, string>>
  /** Rows of each request; absent where every request has one. */
  readonly rowCounts?: readonly number[]
  readonly params?: Readonly<Record<string, string>>
  readonly model?: ModelRef
  /** Of batches of a run. */
  readonly attempt?: BatchAttempt
  /** W3C trace contexts of the requests likewise; absent where none is traced. */
  readonly traceparents?: string
  /** That of the batch. */
  readonly traceparent?: string
}

/** Rows that lie in no slab: outputs that had no room in theirs, or what somebody else has read. One buffer has them all. */
export interface SpilledOutput {
  readonly buffer: SharedArrayBuffer
  readonly fields: readonly Field[]
  readonly capacity: Capacity
  /** Where the columns lie. Default: where `layoutBatch(fields, capacity)` puts them. */
  readonly layout?: BatchLayout
}

export interface RowError {
  readonly row: number
  readonly error: ErrorData
}

export interface RowReplyHead {
  readonly row: number
  readonly head: ReplyHead
}

/** How a batch ended. A plain end is a word in the ring; only one that has more to say costs a message. */
export type BatchReply =
  | {
      readonly kind: 'done'
      /** The outputs are the inputs: the handler returned those columns themselves. */
      readonly isPassed?: boolean
      readonly spilled?: SpilledOutput
      /** Of a stage that gives another number of rows than it takes: for each row of the outputs, the row it comes from. */
      readonly parents?: Int32Array
      readonly rejects?: readonly RowError[]
      readonly heads?: readonly RowReplyHead[]
    }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  /** The handler yielded events, and all that it yielded was sent before: see stream-messages.ts. */
  | { readonly kind: 'streamed' }
  /** The front end took the batch back before the thread began it. */
  | { readonly kind: 'revoked' }

/** A batch as the thread meets it: `SlotRuntime.run` takes it, with the note that went ahead, if any. */
export interface OfferedBatch {
  readonly slab: number
  readonly generation: number
  readonly note: BatchNote | undefined
}
