import { describeType, type Field } from '@redesmyn/core'
import type { RunPlan } from '../plan/run-plan.ts'
import type { ExplainedPlan, PlannedStage, ResumeState } from './explained-plan.ts'

/** A plan as it is printed: schemas/run-plan.json. Equal plans give equal documents. */
export interface ExplainDocument {
  readonly asset: string
  readonly codeVersion: string
  readonly source: {
    readonly name: string
    readonly kind: 'source' | 'asset'
    readonly format: string
    readonly byteLength: number
    readonly rowCount: number | null
    readonly columns: readonly ColumnDocument[]
    /** Of the files; null where they do not say. */
    readonly fileColumns: number | null
    readonly skipsColumns: boolean
    readonly files: readonly FileDocument[]
  }
  readonly batchRows: number
  readonly parts: {
    readonly total: number
    /** That this run would make. */
    readonly open: number
    readonly maxRows: number
    readonly maxBytes: number
  }
  readonly stages: readonly StageDocument[]
  readonly sink: {
    readonly folder: string
    readonly format: string
    readonly compression: string | null
    readonly columns: readonly ColumnDocument[]
    readonly delivery: 'exactly-once'
    readonly publish: 'part' | 'atomic'
  }
  readonly rejects: { readonly folder: string; readonly maxRows: number | null; readonly maxRatio: number | null }
  readonly memory: {
    readonly budgetBytes: number
    /** The least that the run can do with, and what that consists of. */
    readonly neededBytes: number
    readonly terms: readonly { readonly name: string; readonly bytes: number }[]
    /** How much may be on the way at once. */
    readonly maxParts: number
    readonly maxBatches: number
    readonly maxBatchBytes: number
  }
  readonly resume: ResumeState
}

export interface ColumnDocument {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
}

interface FileDocument {
  readonly path: string
  readonly byteLength: number
  readonly rowCount: number | null
  readonly parts: number
}

export interface StageDocument extends Omit<PlannedStage, 'input' | 'output'> {
  /** Null: any columns. */
  readonly input: readonly ColumnDocument[] | null
  readonly output: readonly ColumnDocument[] | null
}

export function explainDocument(explained: ExplainedPlan): ExplainDocument {
  const { plan, stages, publish, windows, openParts, resume } = explained
  return {
    asset: plan.asset,
    codeVersion: plan.codeVersion,
    source: sourceDocument(explained),
    batchRows: plan.batchRows,
    parts: {
      total: plan.parts.length,
      open: openParts.length,
      maxRows: plan.partRows,
      maxBytes: plan.partBytes,
    },
    stages: stages.map((stage) => ({ ...stage, input: columnsOf(stage.input), output: columnsOf(stage.output) })),
    sink: {
      folder: plan.output.folder,
      format: plan.output.format,
      compression: plan.output.options.compression ?? (plan.output.format === 'parquet' ? 'snappy' : null),
      columns: plan.output.fields.map(columnOf),
      delivery: 'exactly-once',
      publish,
    },
    rejects: rejectsDocument(explained),
    memory: {
      budgetBytes: windows.budgetBytes,
      neededBytes: windows.terms.reduce((sum, { bytes }) => sum + bytes, 0),
      terms: windows.terms,
      maxParts: windows.parts,
      maxBatches: windows.maxBatches,
      maxBatchBytes: windows.batchBudgetBytes,
    },
    resume,
  }
}

function sourceDocument({ plan, source }: ExplainedPlan): ExplainDocument['source'] {
  const { files, format, fields } = plan.input
  const parts = partsByFile(plan)
  const counts = files.map(({ rowCount }) => rowCount)
  return {
    name: source.name,
    kind: source.kind,
    format,
    byteLength: files.reduce((sum, { byteLength }) => sum + byteLength, 0),
    rowCount: counts.every((count) => count !== undefined) ? counts.reduce((sum, count) => sum + count, 0) : null,
    columns: fields.map(columnOf),
    fileColumns: source.fileColumns ?? null,
    skipsColumns: source.skipsColumns,
    files: files.map(({ path, byteLength, rowCount }, index) => ({
      path,
      byteLength,
      rowCount: rowCount ?? null,
      parts: parts[index],
    })),
  }
}

function partsByFile({ input, parts }: RunPlan): readonly number[] {
  const counts = input.files.map(() => 0)
  for (const { file } of parts) counts[file]++
  return counts
}

function rejectsDocument({ plan, rejects: { maxRows, maxRatio } }: ExplainedPlan): ExplainDocument['rejects'] {
  return {
    folder: plan.output.rejectsFolder,
    maxRows: Number.isFinite(maxRows) ? maxRows : null,
    maxRatio: maxRatio < 1 ? maxRatio : null,
  }
}

function columnsOf(fields: readonly Field[] | undefined): readonly ColumnDocument[] | null {
  return fields?.map(columnOf) ?? null
}

function columnOf({ name, type, isNullable }: Field): ColumnDocument {
  return { name, type: describeType(type), isNullable }
}
