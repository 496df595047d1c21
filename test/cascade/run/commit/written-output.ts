import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@redesmyn/core'
import type { RowCounts } from '../../../../packages/cascade/dist/run/commit/commit-record.js'
import { nodeFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'
import { openOutput, type OutputOptions } from '../../../../packages/cascade/dist/run/commit/open-output.js'
import type { Output } from '../../../../packages/cascade/dist/run/commit/output.js'
import type { Part, RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { fakeClock } from '../../../clock/fake-clock.ts'

/** Rows of each part of these plans. */
export const rowsOfPart = 10

/** A folder of its own for an output that nobody has begun. */
export async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'output-')), 'out')
}

/** A plan whose parts are slices of one file that nobody reads. */
export function planOf(folder: string, partCount: number, codeVersion = 'v1'): RunPlan {
  const root = join(dirname(folder), 'in')
  const byteLength = partCount * 100
  const parts = Array.from({ length: partCount }, (_, index): Part => {
    const [start, firstRow] = [index * 100, index * rowsOfPart]
    return {
      index,
      file: 0,
      range: { kind: 'bytes', start, end: start + 100, firstRow, rowCount: rowsOfPart },
      partition: {},
    }
  })
  const file = {
    path: join(root, 'rows.ndjson'),
    byteLength,
    modifiedMs: 1_700_000_000_000,
    rowCount: partCount * rowsOfPart,
    groups: undefined,
    columns: undefined,
    compression: 'none' as const,
  }
  return {
    asset: 'scored',
    codeVersion,
    input: { format: 'ndjson', options: {}, root, files: [file], fields: [] },
    stages: ['score'],
    output: { format: 'ndjson', options: {}, fields: [], folder, rejectsFolder: join(folder, '_rejects') },
    batchRows: 65_536,
    partRows: rowsOfPart,
    partBytes: 100,
    parts,
  }
}

export function optionsOf(plan: RunPlan, changes: Partial<OutputOptions> = {}): OutputOptions {
  return {
    runId: 'run-1',
    clock: fakeClock() satisfies Clock,
    isoTime: () => '2026-01-02T03:04:05.000Z',
    selected: plan.parts,
    shard: undefined,
    publish: 'part',
    restart: false,
    acceptDrift: false,
    extension: 'ndjson',
    rejectsExtension: 'ndjson',
    onLost: () => undefined,
    files: nodeFiles(),
    ...changes,
  }
}

export function open(plan: RunPlan, changes: Partial<OutputOptions> = {}): Promise<Output> {
  return openOutput(plan, optionsOf(plan, changes))
}

/** What a handler makes of a part: the same for the same part. */
export function textOf(part: number): string {
  return Array.from({ length: rowsOfPart }, (_, row) => `${JSON.stringify({ id: part * rowsOfPart + row })}\n`).join('')
}

export const allOut: RowCounts = { in: rowsOfPart, out: rowsOfPart, filtered: 0, rejected: 0, written: rowsOfPart }

export async function makePart(output: Output, part: Part): Promise<'committed' | 'elsewhere'> {
  const attempt = output.beginPart(part)
  const text = textOf(part.index)
  await writeFile(attempt.dataPath, text, { flush: true })
  const data = { rowCount: rowsOfPart, byteLength: text.length }
  return await output.commit(attempt, { data, rejects: undefined, rows: allOut })
}

/** Makes all that is open, and lets go. */
export async function makeAll(plan: RunPlan, changes: Partial<OutputOptions> = {}): Promise<'completed' | 'partial'> {
  const output = await open(plan, changes)
  try {
    for (const part of output.openParts) await makePart(output, part)
    return await output.finish()
  } finally {
    await output.close()
  }
}

/** Every file of an output by its name, but those that only runs read. */
export function dataFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => /(^|\/)\.?part-/.test(name))
    .toSorted()
}

/** Of the bytes of all parts in their order: what two runs of the same plan must agree about. */
export function hashOf(folder: string): string {
  const hash = createHash('sha256')
  for (const name of dataFiles(folder)) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

export function expectedHash(partCount: number): string {
  const texts = Array.from({ length: partCount }, (_, part) => textOf(part))
  return createHash('sha256').update(texts.join('')).digest('hex')
}
