import type { Clock, FormedBatch, ModelRef, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { BatchReply, SlotData } from './protocol.ts'

export type SlotState = 'stopped' | 'starting' | 'serving' | 'loading' | 'lost'

/**
 * One place where a stage's handler runs, whatever that is made of. It keeps its number when what it is made of is
 * replaced.
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
  /** How long its event loop worked and waited since it began, where that can be seen from outside. */
  readonly loopTimes?: LoopTimes
  /** Loads the app. Rejects with what the app threw. May be called again once the slot was lost. */
  start(): Promise<void>
  /** Sends a batch; its end comes back through `takeEnded`. */
  run(batch: FormedBatch<Slab>): void
  /** The next batch that has ended; those that were taken back are passed over. */
  takeEnded(): EndedOnSlot | undefined
  /** Takes a batch back that this slot holds and has not begun. */
  revoke(batch: FormedBatch): FormedBatch<Slab> | undefined
  /** Loads a model while no batch runs; resolves with the milliseconds it took, rejects with MODEL_LOAD_FAILED. */
  load(model: ModelRef, unload: readonly ModelRef[]): Promise<number>
  /** Lets models go in the background. */
  unload(models: readonly ModelRef[]): void
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
  /** Called once nothing of the slot runs any more, so that its slabs may be reused. */
  readonly onLost: (slot: SlotPort, loss: SlotLoss) => void
}

/** Makes a slot of one kind; it is not started yet. */
export type SlotFactory = (parts: SlotParts) => SlotPort
