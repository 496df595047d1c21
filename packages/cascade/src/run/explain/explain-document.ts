import { describeType, type Field } from '@redesmyn/core'
import type { ExplainedPlan, ExplainedSource, PlannedStage, ResumeState } from './explained-plan.ts'

/** A plan as it is printed: schemas/run-plan.json. Equal plans give equal documents. */
export interface ExplainDocument {
  readonly asset: string
  readonly codeVersion: string
  readonly kind: 'pipeline' | 'frame'
  readonly sources: readonly SourceDocument[]
  /** Assets that are made first: what depends on their files is not told yet. */
  readonly waitsFor: readonly string[]
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
  /** Null: a row that breaks its schema fails the asset. */
  readonly rejects: RejectsDocument | null
  /** Null: nothing bounds it. */
  readonly memory: MemoryDocument | null
  readonly resume: ResumeState
}

export interface SourceDocument {
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

export interface RejectsDocument {
  readonly folder: string
  readonly maxRows: number | null
  readonly maxRatio: number | null
}

export interface MemoryDocument {
  readonly budgetBytes: number
  /** The least that the run can do with, and what that consists of. */
  readonly neededBytes: number
  readonly terms: readonly { readonly name: string; readonly bytes: number }[]
  /** How much may be on the way at once. */
  readonly maxParts: number
  readonly maxBatches: number
  readonly maxBatchBytes: number
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
  const { plan, kind, sources, waitsFor, stages, publish, openParts, resume } = explained
  return {
    asset: plan.asset,
    codeVersion: plan.codeVersion,
    kind,
    sources: sources.map((source) => sourceDocument(source, partsByFile(explained))),
    waitsFor,
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
    memory: memoryDocument(explained),
    resume,
  }
}

/** `parts`: by the files' paths. */
function sourceDocument(source: ExplainedSource, parts: ReadonlyMap<string, number>): SourceDocument {
  const { name, kind, format, files, fields, fileColumns, skipsColumns } = source
  const counts = files.map(({ rowCount }) => rowCount)
  const isKnown = files.length > 0 && counts.every((count) => count !== undefined)
  return {
    name,
    kind,
    format,
    byteLength: files.reduce((sum, { byteLength }) => sum + byteLength, 0),
    rowCount: isKnown ? counts.reduce((sum, count) => sum + count, 0) : null,
    columns: fields.map(columnOf),
    fileColumns: fileColumns ?? null,
    skipsColumns,
    files: files.map(({ path, byteLength, rowCount }) => ({
      path,
      byteLength,
      rowCount: rowCount ?? null,
      parts: parts.get(path) ?? 0,
    })),
  }
}

/** All files of a frame asset are in its one part. */
function partsByFile({ plan: { input, parts }, kind }: ExplainedPlan): ReadonlyMap<string, number> {
  const counts = new Map(input.files.map(({ path }) => [path, kind === 'frame' ? 1 : 0]))
  if (kind === 'frame') return counts
  for (const { file } of parts) counts.set(input.files[file].path, (counts.get(input.files[file].path) ?? 0) + 1)
  return counts
}

function rejectsDocument({ plan, rejects }: ExplainedPlan): RejectsDocument | null {
  if (rejects === undefined) return null
  const { maxRows, maxRatio } = rejects
  return {
    folder: plan.output.rejectsFolder,
    maxRows: Number.isFinite(maxRows) ? maxRows : null,
    maxRatio: maxRatio < 1 ? maxRatio : null,
  }
}

function memoryDocument({ windows }: ExplainedPlan): MemoryDocument | null {
  if (windows === undefined) return null
  return {
    budgetBytes: windows.budgetBytes,
    neededBytes: windows.terms.reduce((sum, { bytes }) => sum + bytes, 0),
    terms: windows.terms,
    maxParts: windows.parts,
    maxBatches: windows.maxBatches,
    maxBatchBytes: windows.batchBudgetBytes,
  }
}

function columnsOf(fields: readonly Field[] | undefined): readonly ColumnDocument[] | null {
  return fields?.map(columnOf) ?? null
}

function columnOf({ name, type, isNullable }: Field): ColumnDocument {
  return { name, type: describeType(type), isNullable }
}
