import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { PipelineError } from '@redesmyn/core'
import { readManifest } from '../commit/manifest.ts'
import { type OutputPaths, pathWithin } from '../commit/output-paths.ts'
import { readAllRecords, readRecords } from '../commit/read-records.ts'
import type { RejectCause, RejectRow, RejectsReport, RejectsRequest } from '../rejects-report.ts'
import { type CommittedOutput, findCommitted } from '../commit/committed-output.ts'
import { parseRejectLine } from './reject-line.ts'

/**
 * The rows that a run has rejected and committed, by its files alone. Throws CONFIG_INVALID where no run has begun an
 * output, SOURCE_FAILED where a file of rejects cannot be read.
 */
export async function readRejects(request: RejectsRequest): Promise<RejectsReport> {
  const output = findCommitted(request.folder)
  const rows: RejectRow[] = []
  const causes = new Map<string, RejectCause>()
  let rowCount = 0
  for await (const row of rejectRows(output)) {
    if (!fits(row, request)) continue
    rowCount++
    if (rows.length < request.maxRows) rows.push(row)
    countCause(causes, row)
  }
  return {
    folder: request.folder,
    rejectsFolder: output.paths.rejects,
    rowCount,
    causes: [...causes.values()].toSorted((one, other) => other.rowCount - one.rowCount),
    rows,
  }
}

/** Of the manifest once there is one: a retry has put other files in the place of those of the first run. */
async function* rejectRows({ paths }: CommittedOutput): AsyncGenerator<RejectRow> {
  const files = readManifest(paths)?.rejectFiles ?? readRecords(paths).flatMap(({ rejectFiles }) => rejectFiles)
  const traces = tracesOf(paths)
  for (const { name } of files) {
    const path = pathWithin(paths.rejects, name)
    const trace = traces.get(name) ?? null
    try {
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: 0 })) {
        yield { ...parseRejectLine(line, path), trace }
      }
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw new PipelineError('SOURCE_FAILED', `file "${path}" cannot be read`, { cause })
    }
  }
}

/** By the names of files: the records say in which run each was made. The lines themselves are the same in every run. */
function tracesOf(paths: OutputPaths): ReadonlyMap<string, string | undefined> {
  const records = readAllRecords(paths)
  return new Map(records.flatMap(({ rejectFiles, trace }) => rejectFiles.map(({ name }) => [name, trace] as const)))
}

function fits(row: RejectRow, { stage, code }: RejectsRequest): boolean {
  return (stage === undefined || row.stage === stage) && (code === undefined || row.code === code)
}

function countCause(causes: Map<string, RejectCause>, { stage, code, message }: RejectRow): void {
  const key = `${stage}\n${code}`
  const before = causes.get(key) ?? { stage, code, message, rowCount: 0 }
  causes.set(key, { ...before, rowCount: before.rowCount + 1 })
}
