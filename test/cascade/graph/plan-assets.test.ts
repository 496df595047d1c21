import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assertSchema } from '../schema-of-json.ts'
import { FlowFolder } from './flow-folder.ts'

const timeout = 60_000

const flow = `
import { asset, source } from '@redesmyn/cascade'
import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Total = Type.Object({ total: Type.Number() })
const ndjson = { format: 'ndjson', version: '1' } as const
export const points = source({ schema: Point, from: 'in/points.ndjson' })
const double = stage({
  name: 'double', input: Point, output: Point,
  handler: (batch) => ({ x: batch.column('x').map((x) => x * 2) }),
})
export const doubled = asset({ input: points, pipeline: double, to: 'out/doubled', ...ndjson })
export const total = asset({
  inputs: { doubled, points }, schema: Total, to: 'out/total', ...ndjson,
  make: ({ doubled }) => [{ total: doubled.rows().reduce((sum, { x }) => sum + x, 0) }],
})
export const again = asset({ input: doubled, pipeline: double, to: 'out/again', ...ndjson })
`

interface Dataset {
  readonly facets: { readonly version: { readonly datasetVersion: string } }
}

let folder: FlowFolder

beforeEach(async () => {
  folder = await FlowFolder.open({ 'flow.ts': flow })
  await folder.write('in/points.ndjson', '{"x":1}\n{"x":2}\n')
})

afterEach(async () => {
  await folder.remove()
})

describe('a plan of assets that are made of each other', () => {
  test('tells of those whose input is made by the same run that they come after it', { timeout }, async () => {
    const explained = await folder.run('run', 'flow.ts', '--explain=json')
    const dry = await folder.run('run', 'flow.ts', '--dry-run')

    const { assets } = JSON.parse(explained.stdout)
    assertSchema('run-plan', { assets })
    expect(assets).toMatchObject([
      { asset: 'doubled', kind: 'pipeline', waitsFor: [], parts: { open: 1 }, resume: { state: 'new' } },
      { asset: 'again', kind: 'pipeline', waitsFor: ['doubled'], resume: { state: 'unknown' } },
      { asset: 'total', kind: 'frame', waitsFor: ['doubled'], memory: null, rejects: null },
    ])
    expect(dry.stdout).toContain('total: doubled + points → ')
    expect(dry.stdout).toContain('after   doubled, which the run makes first')
    expect(existsSync(join(folder.path, 'out'))).toBe(false)
  })

  test('tells what a frame is made of and what is there of it', { timeout }, async () => {
    await folder.run('run', 'flow.ts#doubled', '--quiet')

    const before = JSON.parse((await folder.run('run', 'flow.ts#total', '--explain=json')).stdout).assets
    await folder.run('run', 'flow.ts#total', '--quiet')
    const after = JSON.parse((await folder.run('run', 'flow.ts#total', '--explain=json')).stdout).assets

    assertSchema('run-plan', { assets: before })
    expect(before).toMatchObject([
      { sources: [{ name: 'doubled', kind: 'asset' }, { name: 'points' }], parts: { total: 1, open: 1 }, waitsFor: [] },
    ])
    expect(before[0].sources[0].files).toHaveLength(1)
    expect(after).toMatchObject([{ parts: { total: 1, open: 0 }, resume: { state: 'complete' } }])
  })
})

test('an asset whose input was not made says so, and how to make it', { timeout }, async () => {
  const frame = await folder.run('run', 'flow.ts#total')
  const pipeline = await folder.run('run', 'flow.ts#again')

  expect([frame.code, pipeline.code]).toEqual([2, 2])
  expect(frame.stderr).toContain('asset "total" is made of asset "doubled"')
  expect(frame.stderr).toContain('but nothing is there: --select +total makes it first')
  expect(pipeline.stderr).toContain('--select +again makes it first')
})

test('one output for several assets is refused, naming them', { timeout }, async () => {
  const { code, stderr } = await folder.run('run', 'flow.ts', '--select', '+total', '--output', 'elsewhere')

  expect(code).toBe(2)
  expect(stderr).toContain('--output takes one asset, 2 are selected: "doubled", "total"')
})

test('a frame has no standard output', { timeout }, async () => {
  const { code, stderr, stdout } = await folder.run('run', 'flow.ts#total', '--output', '-')

  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('asset "total" is one function over whole frames, expected a folder and not --output -')
})

test('a project that was moved finds its frames as they are', { timeout }, async () => {
  await folder.run('run', 'flow.ts', '--select', '+total', '--quiet')
  mkdirSync(join(folder.path, 'elsewhere'))
  for (const name of ['in', 'out', 'flow.ts']) {
    renameSync(join(folder.path, name), join(folder.path, 'elsewhere', name))
  }

  const { code, stderr } = await folder.run('run', 'elsewhere/flow.ts#total', '--quiet')

  expect(stderr).toContain('unchanged')
  expect(code).toBe(0)
})

test('R144 the inputs of a frame have the versions of their files', { timeout }, async () => {
  await folder.run('run', 'flow.ts', '--select', '+total', '--lineage', 'events.ndjson')

  const made = folder.readLines('events.ndjson').filter(({ eventType }) => eventType === 'COMPLETE')
  const versions = made.map(({ inputs }) => inputs.map((input: Dataset) => input.facets.version.datasetVersion))
  expect(versions[1]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), versions[0][0]])
  expect(versions[1][0]).not.toBe(versions[1][1])
})
