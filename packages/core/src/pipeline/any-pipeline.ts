import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { Mixed } from '../stage/partitioned-options.ts'
import type { Placement } from '../stage/placement.ts'

/** A pipeline without its types: what the runtime works with. */
export interface AnyPipeline {
  readonly '~kind': 'pipeline'
  /** In order: the first is the ingress, the last the egress. */
  readonly stages: readonly AnyStage[]
  /** For each stage, over which placement its rows come from the stage before it; the ingress is where the pipeline is. */
  readonly placements: readonly Placement[]
  /** What becomes of rows that the ingress wants apart and that come together. Undefined: they are refused. */
  readonly mixed?: Mixed
  /** The ingress' input. */
  readonly input: RecordSchema | undefined
  /** The egress' output. */
  readonly output: RecordSchema | undefined
}

/** Recognises a pipeline by shape, because an app bundle may hold a second copy of this module. */
export function isPipeline(value: unknown): value is AnyPipeline {
  return typeof value === 'function' && '~kind' in value && value['~kind'] === 'pipeline'
}
