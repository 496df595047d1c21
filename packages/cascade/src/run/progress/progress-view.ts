import type { Bottleneck } from './bottleneck.ts'
import type { RunStatus, StepStatus } from './run-status.ts'

/** A status, and what follows from those before it: everything that any form of progress shows. */
export interface ProgressView {
  readonly status: RunStatus
  /** From 0 to 1, what was done before this run included; undefined while nothing tells. */
  readonly doneShare: number | undefined
  /** Rows of the input brought to their end, in the last seconds. */
  readonly rowsPerSecond: number
  /** Until the end; undefined while nothing tells. */
  readonly etaMs: number | undefined
  /** In the last seconds. */
  readonly bottleneck: Bottleneck | undefined
  readonly rejects: number
  readonly steps: readonly StepView[]
}

export interface StepView extends StepStatus {
  readonly rowsPerSecond: number
}
