import type { AnyStage, CacheLimits, Clock, Log, PipelineError, StageOverride } from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { LoggerOptions } from '../observe/logger.ts'
import type { Tracer } from '../observe/trace/tracer.ts'
import type { ModelOwner, SlotData } from '../thread/protocol.ts'

export interface RunningStageParts {
  readonly stage: AnyStage
  /**
   * What batches are made of. Requests come when they come, and one that fails is told so. A run has its next batch
   * ready, and finds out which rows of one that failed are to blame. Default `requests`.
   */
  readonly rows?: 'requests' | 'run'
  /** Names of the stages that run in its calls, behind it: `stage` does what all of them do. */
  readonly fused?: readonly string[]
  readonly app: { readonly url: string; readonly folder: string; readonly overrides?: readonly StageOverride[] }
  /** Whose model cache the slots load from; undefined where the stage's handler takes no model. */
  readonly modelled: { readonly owner: ModelOwner; readonly limits: CacheLimits } | undefined
  readonly clock: Clock
  readonly pool: SlabPool
  readonly log: Log
  readonly logLevel: SlotData['logLevel']
  readonly logFormat: SlotData['logFormat']
  readonly logFile: SlotData['logFile']
  /** What every line of the log of its threads carries. */
  readonly logFacts?: LoggerOptions['facts']
  readonly checkWrites: boolean
  /** See request-ids.ts. */
  readonly requestIdSuffix: string
  /** The stage's threads end as soon as they are started: it serves no more. */
  readonly onCrashLoop: (error: PipelineError) => void
  /** `undefined` where nothing is traced. */
  readonly tracer?: Tracer | undefined
}
