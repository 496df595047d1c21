import { type Field, PipelineError } from '@redesmyn/core'
import type { FileFacts, FormatName, FormatOptions, PartRange, SourceFormat } from '../../source/source-format.ts'
import { assertColumns } from './assert-columns.ts'
import type { FoundFiles } from './find-files.ts'
import { partitionOf } from './partition-of.ts'
import type { Part, RunPlan } from './run-plan.ts'

/** Files that are described at the same time: more would not be faster, and each is open meanwhile. */
const describedAtOnce = 16

export interface PlanRequest {
  readonly asset: string
  readonly codeVersion: string
  readonly stages: readonly string[]
  readonly input: {
    readonly found: FoundFiles
    /** Undefined: by the files' names. */
    readonly format: FormatName | undefined
    readonly options: FormatOptions
    /** The columns that are read. */
    readonly fields: readonly Field[]
  }
  readonly output: RunPlan['output']
  readonly batchRows: number
  readonly partRows: number
  readonly partBytes: number
  readonly formats: SourceFormats
}

export interface SourceFormats {
  ofName(name: FormatName): Promise<SourceFormat>
  /** By a file's name. Throws CONFIG_INVALID where that says nothing. */
  ofFile(path: string): FormatName
}

/**
 * Describes the files and cuts them into parts, the same for the same files on any machine. Reads no rows where formats
 * allow it. Throws CONFIG_INVALID for files of several formats, SCHEMA_MISMATCH for a file that lacks columns.
 */
export async function planRun(request: PlanRequest): Promise<RunPlan> {
  const { input, output, partRows, partBytes } = request
  const { root, paths } = input.found
  const name = input.format ?? commonFormat(paths, request.formats)
  const format = await request.formats.ofName(name)
  const files = await describeAll(paths, async (path) => await format.describe(path, input.options))
  for (const file of files) assertColumns(file, input.fields)
  const ranges = files.map((file) => format.split(file, { partRows, partBytes }))
  return {
    asset: request.asset,
    codeVersion: request.codeVersion,
    input: { format: name, options: input.options, root, files, fields: input.fields },
    stages: request.stages,
    output,
    batchRows: request.batchRows,
    partRows,
    partBytes,
    parts: numberParts(root, files, ranges),
  }
}

function commonFormat(paths: readonly string[], formats: SourceFormats): FormatName {
  const [first, ...others] = paths
  const format = formats.ofFile(first)
  const stranger = others.find((path) => formats.ofFile(path) !== format)
  if (stranger === undefined) return format
  const message = `expected files of one format, got "${first}" (${format}) and "${stranger}" (${formats.ofFile(stranger)})`
  throw new PipelineError('CONFIG_INVALID', message)
}

async function describeAll(
  paths: readonly string[],
  describe: (path: string) => Promise<FileFacts>,
): Promise<readonly FileFacts[]> {
  const facts: FileFacts[] = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < paths.length; index = next++) facts[index] = await describe(paths[index])
  }
  await Promise.all(Array.from({ length: describedAtOnce }, work))
  return facts
}

function numberParts(
  root: string,
  files: readonly FileFacts[],
  ranges: readonly (readonly PartRange[])[],
): readonly Part[] {
  const parts = ranges.flatMap((ofFile, file) => ofFile.map((range) => ({ file, range })))
  const first = files[0]
  // Files without rows give no parts. One is kept, so that the output is a file with the right columns and no row.
  const kept = parts.length > 0 || first === undefined ? parts : [{ file: 0, range: emptyRange(first) }]
  const partitions = files.map(({ path }) => partitionOf(root, path))
  return kept.map(({ file, range }, index) => ({ index, file, range, partition: partitions[file] ?? {} }))
}

function emptyRange({ groups, byteLength }: FileFacts): PartRange {
  if (groups !== undefined) return { kind: 'groups', from: 0, to: groups.length, firstRow: 0, rowCount: 0 }
  return { kind: 'bytes', start: 0, end: byteLength, firstRow: 0, rowCount: undefined }
}
