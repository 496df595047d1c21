import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { PipelineError } from '@redesmyn/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../../../packages/cascade/dist/cli/exit-codes.js'
import { comparePlans } from '../../../../packages/cascade/dist/run/plan/compare-plans.js'
import { findFiles } from '../../../../packages/cascade/dist/run/plan/find-files.js'
import { planFingerprint } from '../../../../packages/cascade/dist/run/plan/plan-fingerprint.js'
import { planRun, type PlanRequest } from '../../../../packages/cascade/dist/run/plan/plan-run.js'
import type { RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { storePlan } from '../../../../packages/cascade/dist/run/plan/stored-plan.js'
import { byteFormats } from './byte-format.ts'

let base: string

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'plan-'))
})

/** Files with that many bytes, all written at the same time. */
async function put(files: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, byteLength] of Object.entries(files)) {
    await mkdir(dirname(join(base, name)), { recursive: true })
    await writeFile(join(base, name), 'x'.repeat(byteLength))
    await utimes(join(base, name), 1_700_000_000, 1_700_000_000)
  }
}

async function plan(patterns: readonly string[], changes: Partial<PlanRequest> = {}): Promise<RunPlan> {
  return await planRun({
    asset: 'scored',
    codeVersion: 'v1',
    stages: ['score'],
    input: { found: await findFiles(patterns, base), format: undefined, options: {}, fields: [] },
    output: { format: 'ndjson', options: {}, fields: [], folder: join(base, 'out'), rejectsFolder: join(base, 'bad') },
    batchRows: 100,
    partRows: 1000,
    partBytes: 100,
    formats: byteFormats,
    ...changes,
  })
}

async function refusal(made: Promise<unknown>): Promise<PipelineError> {
  return await made.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: PipelineError) => error,
  )
}

function names(paths: readonly string[]): readonly string[] {
  return paths.map((path) => path.slice(base.length + 1))
}

describe('files', () => {
  test('are in the order of their bytes, whatever pattern found them first', async () => {
    await put({ 'in/b.ndjson': 1, 'in/B.ndjson': 1, 'in/a10.ndjson': 1, 'in/a9.ndjson': 1, 'in/é.ndjson': 1 })

    const { paths, root } = await findFiles(['in/b*', 'in/*.ndjson'], base)

    expect(names(paths)).toEqual(['in/B.ndjson', 'in/a10.ndjson', 'in/a9.ndjson', 'in/b.ndjson', 'in/é.ndjson'])
    expect(root).toBe(join(base, 'in'))
  })

  test('a pattern that no file matches is refused with exit code 2, by its own words', async () => {
    const error = await refusal(plan(['in/*.parquet']))

    expect(exitCodeOf(error.code)).toBe(2)
    expect(error.message).toBe(`no file matches "in/*.parquet" in folder "${base}/in", which is not there`)
  })

  test('a folder is all files below it but what its writer keeps for itself', async () => {
    await put({ 'in/a.ndjson': 1, 'in/deep/b.ndjson': 1, 'in/_SUCCESS': 0, 'in/_log/c.ndjson': 1, 'in/.hidden': 1 })

    const { paths } = await findFiles(['in'], base)

    expect(names(paths)).toEqual(['in/a.ndjson', 'in/deep/b.ndjson'])
  })

  test('a name that is there is that file, whatever signs it holds', async () => {
    await put({ 'in/[1].ndjson': 1, 'in/1.ndjson': 1 })

    const { paths } = await findFiles(['in/[1].ndjson'], base)

    expect(names(paths)).toEqual(['in/[1].ndjson'])
  })

  test('of several formats are refused, naming two', async () => {
    await put({ 'in/a.ndjson': 1, 'in/b.csv': 1 })

    const error = await refusal(plan(['in/*']))

    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(`"${base}/in/a.ndjson" (ndjson) and "${base}/in/b.csv" (csv)`)
  })

  test('that lack a column are refused, naming it', async () => {
    await put({ 'in/a.ndjson': 1 })
    const found = await findFiles(['in/*'], base)
    const fields = [{ name: 'fare', type: { kind: 'utf8' as const }, isNullable: false }]

    const error = await refusal(plan([], { input: { found, format: 'ndjson', options: {}, fields } }))

    expect(exitCodeOf(error.code)).toBe(4)
    expect(error.message).toBe(`file "${base}/in/a.ndjson" lacks "fare", it has "id"`)
  })
})

describe('parts', () => {
  test('are numbered over all files, with the partitions of their folders', async () => {
    await put({ 'in/day=2026-01-02/a.ndjson': 150, 'in/day=2026-01-01/region=eu%2Fwest/b.ndjson': 50 })

    const { parts, input } = await plan(['in/**/*.ndjson'])

    expect(input.root).toBe(join(base, 'in'))
    expect(parts.map(({ index, file, partition }) => ({ index, file, partition }))).toEqual([
      { index: 0, file: 0, partition: { day: '2026-01-01', region: 'eu/west' } },
      { index: 1, file: 1, partition: { day: '2026-01-02' } },
      { index: 2, file: 1, partition: { day: '2026-01-02' } },
    ])
  })

  test('know the partition of a file that was named itself', async () => {
    await put({ 'in/day=2026-01-02/a.ndjson': 10 })

    const { parts } = await plan(['in/day=2026-01-02/a.ndjson'])

    expect(parts.map(({ partition }) => partition)).toEqual([{ day: '2026-01-02' }])
  })

  test('of empty files are one without rows, so that there is a file with the right columns', async () => {
    await put({ 'in/a.ndjson': 0, 'in/b.ndjson': 0 })

    const { parts } = await plan(['in/*'])

    expect(parts).toHaveLength(1)
    expect(parts[0].range).toMatchObject({ kind: 'bytes', start: 0, end: 0 })
  })
})

describe('two plans', () => {
  test('of the same files are the same wherever they lie', async () => {
    await put({ 'here/in/a.ndjson': 150, 'there/in/a.ndjson': 150 })
    const output = { format: 'ndjson' as const, options: {}, fields: [] }
    const here = await plan(['here/in/*'], {
      output: { ...output, folder: join(base, 'here/out'), rejectsFolder: join(base, 'here/out/bad') },
    })

    const there = await plan(['there/in/*'], {
      output: { ...output, folder: join(base, 'there/out'), rejectsFolder: join(base, 'there/out/bad') },
    })

    expect(planFingerprint(there)).toBe(planFingerprint(here))
  })

  test('differ by what a user can look for', async () => {
    await put({ 'in/a.ndjson': 150, 'in/b.ndjson': 10, 'in/c.ndjson': 10 })
    const before = await plan(['in/*'])
    await put({ 'in/a.ndjson': 151, 'in/d.ndjson': 10 })
    await utimes(join(base, 'in/b.ndjson'), 1_700_000_060, 1_700_000_060)
    const changes = { codeVersion: 'v2', partRows: 500 }

    const after = await plan(['in/[abd].ndjson'], changes)

    expect(comparePlans(storePlan(before, 'part'), storePlan(after, 'atomic'))).toEqual([
      { kind: 'code', text: 'code version: v1 → v2' },
      { kind: 'plan', text: 'input file "c.ndjson" is gone' },
      { kind: 'plan', text: 'input file "a.ndjson": 150 bytes → 151 bytes' },
      {
        kind: 'plan',
        text: 'input file "b.ndjson" was written again: 2023-11-14T22:13:20.000Z → 2023-11-14T22:14:20.000Z',
      },
      { kind: 'plan', text: 'input file "d.ndjson" is new' },
      { kind: 'plan', text: 'partRows: 1000 → 500' },
      { kind: 'plan', text: 'publish: part → atomic' },
    ])
  })

  test('of a plan that was stored and read again are the same', async () => {
    await put({ 'in/day=1/a.ndjson': 150 })
    const stored = storePlan(await plan(['in/**/*']), 'part')

    expect(comparePlans(JSON.parse(JSON.stringify(stored)), stored)).toEqual([])
  })
})
