import type { Clock, FormedBatch, ModelRef, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { RowOrder, StreamPart } from '../stream/stream-messages.ts'
import type { BatchReply, SlotData } from './protocol.ts'

/** `leaving`: it takes no more batches, and answers those it has. */
export type SlotState = 'stopped' | 'starting' | 'serving' | 'loading' | 'leaving' | 'lost'

/**
 * One place where a stage's handler runs, whatever that is made of. It starts once; what takes its place has its
 * number.
 */
export interface SlotPort {
  /** 1 for the first slot of the stage. */
  readonly number: number
  readonly state: SlotState
  /** Batches that were sent and not answered, the running one first. */
  readonly inFlight: FormedBatch<Slab>[]
  /** Whether one more batch can be sent. */
  readonly hasRoom: boolean
  /** Whether `takeEnded` has something to give. */
  readonly hasEnded: boolean
  /** How many ends it has told, of batches that were taken back too: a slot that owes some and tells none is stuck. */
  readonly toldEnds: number
  /** Whether it has passed on less than it was sent. */
  readonly owesEnds: boolean
  /** How long its event loop worked and waited since it began, where that can be seen from outside. */
  readonly loopTimes?: LoopTimes
  /** Loads the app and warms up. Rejects with what the app threw. */
  start(): Promise<void>
  /** Sends a batch; its end comes back through `takeEnded`. */
  run(batch: FormedBatch<Slab>): void
  /** Says something about streams of a batch that has begun; one that has ended is past it. */
  order(batch: FormedBatch<Slab>, rows: readonly RowOrder[]): void
  /** The next batch that has ended; those that were taken back are passed over. */
  takeEnded(): EndedOnSlot | undefined
  /** Takes a batch back that this slot holds and has not begun. */
  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined
  /** Tells the handler that nobody waits for a batch any more. Does nothing for one that this slot does not run. */
  giveUp(batch: FormedBatch): void
  /** From here on it takes no batch and no model. */
  leave(): void
  /** Ends it whatever it does; `onLost` follows. For a slot that no longer answers. */
  abandon(): void
  /** Loads a model while no batch runs; resolves with the milliseconds it took, rejects with MODEL_LOAD_FAILED. */
  load(model: ModelRef): Promise<number>
  /** Lets models go in the background. Resolves when they are gone, or the slot is; never rejects. */
  unload(models: readonly ModelRef[]): Promise<void>
  /** Ends the slot. Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

export interface LoopTimes {
  readonly activeMs: number
  readonly idleMs: number
}

export interface EndedOnSlot {
  readonly batch: FormedBatch<Slab>
  readonly reply: BatchReply
}

/** What was on a slot when it was lost: begun rows are lost with it, the others can run elsewhere. */
export interface SlotLoss {
  readonly error: PipelineError
  readonly begun: readonly FormedBatch<Slab>[]
  readonly notBegun: readonly FormedBatch<Slab>[]
  /** What had ended, and nobody had looked yet. Default: nothing. */
  readonly ended?: readonly EndedOnSlot[]
  /** `stuck`: it was given up, for it did not answer. Default `lost`. */
  readonly reason?: 'lost' | 'stuck'
  /** Settles when nothing of the slot runs any more, so that the slabs of what it had begun may be reused. Default: now. */
  readonly freed?: Promise<void>
}

export interface SlotParts {
  readonly data: SlotData
  readonly concurrency: number
  /** Word shared by all slots of the stage: see ring.ts. */
  readonly awake: SharedArrayBuffer
  readonly pool: SlabPool
  readonly nowMs: () => number
  readonly clock: Clock
  /** Batches have ended while nobody was looking. */
  readonly onWake: () => void
  /** Called once: nothing of the slot runs any more, or nothing but what cannot be ended, see `SlotLoss.freed`. */
  readonly onLost: (slot: SlotPort, loss: SlotLoss) => void
  /** Streams of a batch that has begun have gone on; absent where the stage yields no events. */
  readonly onStreams?: ((slot: SlotPort, batch: FormedBatch<Slab>, parts: readonly StreamPart[]) => void) | undefined
}

/** Makes a slot of one kind; it is not started yet. */
export type SlotFactory = (parts: SlotParts) => SlotPort
