import type { Log, Middleware, PipelineError, StageOverride } from '@redesmyn/core'
import type { BundledApp } from '../app/bundle-app.ts'
import type { LoadedApp } from '../app/load-app.ts'
import type { ServerConfig } from '../config/option-table.ts'
import type { ParseThread } from '../http/parse-thread.ts'
import type { RequestIds } from '../observe/request-ids.ts'
import type { TurnClock } from '../observe/turn-clock.ts'
import type { Observation } from './observation.ts'
import type { SlabPool } from '../memory/slab-pool.ts'

/** What the parts of one server share. */
export interface ServerScope {
  readonly config: ServerConfig
  readonly bundle: BundledApp
  /** What `app` has had its stages overridden with: threads load it anew. */
  readonly overrides: readonly StageOverride[]
  readonly app: LoadedApp
  readonly clock: TurnClock
  readonly pool: SlabPool
  readonly parseThread: ParseThread
  readonly log: Log
  readonly requestIds: RequestIds
  readonly observation: Observation
  /** Of the server itself, around that of the app. */
  readonly use: readonly Middleware[]
  /** Something without which the server is not to go on. */
  readonly onFatal: (error: PipelineError) => void
}
