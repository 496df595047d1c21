import type { Field } from '@redesmyn/core'
import type { FileFacts, FormatName } from '../../source/source-format.ts'
import type { RunWindows } from '../memory/run-windows.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { StepStatus } from '../progress/run-status.ts'

/** What a run of one asset would do, with all that a user may want to know before it begins. */
export interface ExplainedPlan {
  readonly plan: RunPlan
  /** Rows that go through stages, or one function over all rows at once. */
  readonly kind: 'pipeline' | 'frame'
  /** What it is made of: of a pipeline one. */
  readonly sources: readonly ExplainedSource[]
  /** Assets that the same run makes before this one: until then their files are not known, and neither are its parts. */
  readonly waitsFor: readonly string[]
  /** In order, as many as `plan.stages`. Empty where one function makes the asset. */
  readonly stages: readonly PlannedStage[]
  /** Who may see a file when, and what a crash may leave. */
  readonly publish: 'part' | 'atomic'
  /** Infinity, or a share of 1: no limit. Undefined: a row that breaks its schema fails the asset. */
  readonly rejects: { readonly maxRows: number; readonly maxRatio: number } | undefined
  /** Undefined: nothing bounds them. */
  readonly windows: RunWindows | undefined
  /** The indices of the parts that this run would make; those of other shards and partitions are left out. */
  readonly openParts: readonly number[]
  readonly resume: ResumeState
}

export interface ExplainedSource {
  readonly name: string
  /** Another asset's output, or files that somebody else has written. */
  readonly kind: 'source' | 'asset'
  readonly format: FormatName
  readonly files: readonly FileFacts[]
  /** The columns that are read. */
  readonly fields: readonly Field[]
  /** How many columns the files have; undefined where they do not say. */
  readonly fileColumns: number | undefined
  /** Whether columns that are not read are left on disk, as Parquet allows. */
  readonly skipsColumns: boolean
}

export interface PlannedStage {
  readonly name: string
  readonly placement: StepStatus['placement']
  readonly isolation: 'inline' | 'thread' | 'child'
  /** Threads or children of its own; 0: it runs in the call of the stage before. */
  readonly threads: number
  readonly effects: 'pure' | 'idempotent' | 'once'
  readonly delivery: 'at-most-once' | 'at-least-once'
  /** Batches that are on their way to it at once; 0 where it is in the run's own process. */
  readonly calls: number
  readonly input: readonly Field[] | undefined
  readonly output: readonly Field[] | undefined
}

/** What the output folder says about earlier runs. */
export type ResumeState =
  | { readonly state: 'new' }
  /** Not before what it waits for is made. */
  | { readonly state: 'unknown' }
  | { readonly state: 'resumed'; readonly committedParts: number }
  | { readonly state: 'complete' }
  /** The run would be refused; a line for each difference. */
  | { readonly state: 'changed'; readonly differences: readonly string[] }
  | { readonly state: 'held'; readonly pid: number; readonly host: string }
