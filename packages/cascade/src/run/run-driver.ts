import type { AppRequest } from './app/open-app.ts'
import type { AssetReport } from './asset-report.ts'
import type { RemoteReport } from './driver/shake-hands.ts'
import type { ExplainedPlan } from './explain/explained-plan.ts'
import type { OutputStatus } from './output-status.ts'
import type { RunStatus } from './progress/run-status.ts'
import type { RejectsReport, RejectsRequest } from './rejects-report.ts'
import type { RunOptions } from './run-options.ts'
import type { RunReport } from './run-report.ts'
import type { ShardsReport } from './shards-report.ts'

/** Everything that the commands about runs ask for: they parse, call one of these, and print. */
export interface RunDriver {
  /**
   * The assets of an app, in the order in which they would run. Throws what a run would throw before it reads rows.
   * Files of inputs that are not there are SOURCE_FAILED, columns that files lack SCHEMA_MISMATCH.
   */
  check(request: CheckRequest): Promise<readonly AssetReport[]>
  /** Whether every stage that runs elsewhere answers there, and fits. Rejects with SCHEMA_MISMATCH and HANDOFF_FAILED. */
  shakeHands(request: CheckRequest): Promise<readonly RemoteReport[]>
  /** What `run` would do: reads metadata, no rows, and writes nothing. */
  plan(request: RunRequest): Promise<readonly ExplainedPlan[]>
  /** Makes the selected assets in order. Rejects with RUN_INTERRUPTED after its signal has aborted. */
  run(request: RunRequest, watcher: RunWatcher): Promise<readonly RunReport[]>
  /** Of an output folder. Throws CONFIG_INVALID where no run has begun one. */
  status(folder: string): Promise<OutputStatus>
  rejects(request: RejectsRequest): Promise<RejectsReport>
  /** Runs the rows again that were rejected, and puts those that succeed into the output. */
  retryRejects(request: RunRequest, watcher: RunWatcher): Promise<readonly RunReport[]>
  /** Ends a run that was made as shards. Throws PARTS_MISSING listing those that are not there. */
  commitShards(folder: string): Promise<ShardsReport>
}

export type CheckRequest = AppRequest

export interface RunRequest extends CheckRequest {
  /** `scored` of `flow.ts#scored`; undefined: what `options.select` says, or all. */
  readonly asset: string | undefined
  readonly options: RunOptions
  /** Parts in work are given up when it aborts; what is committed stays. */
  readonly signal: AbortSignal
}

/** Whoever looks on while assets are made. */
export interface RunWatcher {
  /** An asset begins; `read` may be called until `ended`. */
  began(read: () => RunStatus): void
  ended(): void
  /** Whole lines for people, a warning or a log: they appear above the progress and do not tear it. */
  write(text: string): void
}
