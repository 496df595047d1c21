import type { Capacity, Field } from '@redesmyn/core'
import type { BatchReply, LoadTask, SlabShape, SlotAnswer, SlotData, UnloadTask } from '../thread/protocol.ts'

/** What a slot's process is told at its start: what a thread is told, less the memory that processes do not share. */
export type ChildData = Omit<SlotData, 'control' | 'copies' | 'observed'>

export type ChildCall = { readonly kind: 'start'; readonly data: ChildData } | LoadTask | UnloadTask

/** What the server says to a child. A batch's columns follow its head, and what its slot has observed that of a start. */
export type ToChild =
  | { readonly kind: 'call'; readonly call: number; readonly task: ChildCall }
  /** Nobody waits for the batch any more. */
  | { readonly kind: 'given-up'; readonly batch: number }
  | BatchParcel

export interface BatchParcel {
  readonly kind: 'batch'
  /** Numbers batches of one child from 1 on. */
  readonly batch: number
  /** The room that the child keeps for batches of this shape. */
  readonly room: number
  /** Of a room that is new to the child. */
  readonly shape: SlabShape | undefined
  /** Rooms that are not used any more. */
  readonly forget: readonly number[]
  readonly rowCount: number
  readonly deadlineMs: number
  readonly facts: string
  /** Lengths of the buffers that follow: see packColumns. */
  readonly pieceBytes: readonly number[]
}

/** What a child says to the server. The bytes of the outputs follow the head of an end. */
export type FromChild =
  | { readonly kind: 'answer'; readonly call: number; readonly answer: SlotAnswer }
  /** Said before anything is done with a batch: what a lost child had not begun can run elsewhere. */
  | { readonly kind: 'begun'; readonly batch: number }
  /** What is observed follows: see observed-memory.ts. */
  | { readonly kind: 'observed' }
  | EndParcel

type DoneReply = Extract<BatchReply, { kind: 'done' }>

export interface EndParcel {
  readonly kind: 'end'
  readonly batch: number
  readonly handlerMs: number
  readonly reply: Exclude<BatchReply, DoneReply> | (Omit<DoneReply, 'spilled'> & { readonly spilled?: SpilledShape })
  /** Bytes copied for it in the child, in the order of `copyReasons`. */
  readonly copiedBytes: readonly number[]
  readonly pieceBytes: readonly number[]
}

/** Outputs that have no room in the slab: how the bytes that follow are laid out. */
export interface SpilledShape {
  readonly fields: readonly Field[]
  readonly capacity: Capacity
}
