import { type AnyStage, overrideStage, type StageOverride } from '@redesmyn/core'

export interface RunPlace {
  readonly batchRows: number
  /** Slots of a stage that sets no `threads` of its own. */
  readonly threads: number
}

export interface PlacedStage {
  readonly stage: AnyStage
  /** What its threads are told, which find it in the app as it was declared. */
  readonly overrides: readonly StageOverride[]
}

/**
 * A stage as it works in a run: batches come as they were cut, none waits for company, and none is refused. What its
 * author says of `batch.maxRows` holds: calls of more rows might be more than the handler can take.
 */
export function placeStage(stage: AnyStage, { batchRows, threads }: RunPlace): PlacedStage {
  const isFree = stage.declared['threads'] === undefined && stage.config.isolation !== 'inline'
  const options = {
    batch: {
      maxRows: Math.min(batchRows, declaredMaxRows(stage) ?? batchRows),
      minRows: 1,
      maxDelayMs: 0,
      split: false,
    },
    queue: { maxRows: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER },
    ...(isFree && { threads }),
  }
  const overrides = [{ place: 'the run', stage: stage.name, options }]
  return { stage: overrideStage(stage, overrides), overrides }
}

function declaredMaxRows({ declared, config }: AnyStage): number | undefined {
  const { batch } = declared
  const isSaid = typeof batch === 'object' && batch !== null && 'maxRows' in batch && batch.maxRows !== undefined
  return isSaid ? config.batch.maxRows : undefined
}
