import { type AnyStage, defaultCapacity, type Field, layoutBatch } from '@redesmyn/core'
import type { BlockShape } from '../memory/block-memory.ts'
import type { RunShape } from '../memory/run-windows.ts'
import type { RunPlan } from '../plan/run-plan.ts'

export interface ShapeSources {
  readonly plan: RunPlan
  readonly stages: readonly AnyStage[]
  /** Of the asset. */
  readonly partitionBy: readonly string[] | undefined
  /** Slots of stages that set no `threads` of their own. */
  readonly threads: number
  readonly parts: number
}

/** What a reader holds besides blocks: the pages of a group as they are in the file, and the same unpacked. */
const groupsInReader = 2
/** Larger groups are decoded in pieces, see parquet-source.ts. */
const maxDecodedBytes = 128 * 1024 * 1024
/** The rows that a writer gathers for a group, their pages, and those of the group before. */
const groupsInWriter = 3

/** How much memory the pieces of a run take, as far as schemas and metadata tell. */
export function shapeOfRun({ plan, stages, partitionBy, threads, parts }: ShapeSources): RunShape {
  const { batchRows, input, output } = plan
  const largestGroup = Math.max(0, ...input.files.flatMap(({ groups }) => groups ?? []).map(({ rowCount }) => rowCount))
  const read = bytesOf(input.fields, batchRows)
  const made = stages.map((stage) => bytesOf(stage.output?.fields ?? [], batchRows))
  const isParted = partitionBy !== undefined || stages.some(({ config }) => config.partitionBy !== undefined)
  return {
    // Rows that come apart are copied, and what comes of them is copied again where it is joined.
    batchBytes: { read, stages: isParted ? [read, ...made, made[made.length - 1] ?? 0] : made },
    fileBytes: {
      read: Math.min(groupsInReader * bytesOf(input.fields, largestGroup), maxDecodedBytes) || 2 * read,
      write: Math.ceil(groupsInWriter * bytesOf(output.fields, output.options.groupRows ?? defaultGroupRows)),
    },
    stageThreads: stages.reduce((sum, stage) => sum + slotsOf(stage, threads), 0),
    callsElsewhere: stages.reduce((sum, { medium }) => sum + (medium?.maxCalls ?? 0), 0),
    parts,
  }
}

const defaultGroupRows = 122_880

/** A block as it is read, with what the stages make of it. */
export function blockShapeOf({ batchBytes: { read, stages } }: RunShape): BlockShape {
  const made = stages.reduce((sum, bytes) => sum + bytes, 0)
  return { batchBytes: read, bytesPerInputByte: 1 + made / Math.max(1, read) }
}

function bytesOf(fields: readonly Field[], rows: number): number {
  return rows === 0 ? 0 : layoutBatch(fields, defaultCapacity(fields, rows)).byteLength
}

/** A stage that runs elsewhere has none here. One that runs in the call of the one before is counted, it may be alone too. */
function slotsOf({ declared, config, medium }: AnyStage, threads: number): number {
  if (medium !== undefined) return 0
  return declared.threads === undefined ? threads : config.threads
}
