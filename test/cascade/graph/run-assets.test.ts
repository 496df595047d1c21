import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FlowFolder } from './flow-folder.ts'

// Every run is a process of its own, with threads.
const timeout = 120_000

const flow = `
import { asset, graphAsset, op, source } from '@redesmyn/cascade'
import { stage } from '@redesmyn/core'
import { existsSync } from 'node:fs'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Total = Type.Object({ total: Type.Number() })
const ndjson = { format: 'ndjson' } as const
export const points = source({ schema: Point, from: 'points.ndjson' })

const double = stage({
  name: 'double',
  input: Point,
  output: Point,
  handler: (batch) => ({ x: batch.column('x').map((x) => x * 2) }),
})
export const doubled = asset({ input: points, pipeline: double, to: 'out/doubled', ...ndjson })
export const total = asset({
  inputs: { doubled },
  schema: Total,
  to: 'out/total',
  ...ndjson,
  make: ({ doubled }) => [{ total: doubled.rows().reduce((sum, { x }) => sum + x, 0) }],
})
export const report = asset({ inputs: { total }, schema: Total, to: 'out/report', ...ndjson, make: ({ total }) => total })

const squared = op({
  name: 'squared',
  input: Point,
  output: Point,
  handler: (batch) => ({ x: batch.column('x').map((x) => x * x) }),
})
const largest = op({
  name: 'largest',
  inputs: { all: Point },
  output: Total,
  make: ({ all }) => {
    if (!existsSync(process.env.FLOW_READY ?? 'ready')) throw new Error('not ready')
    return [{ total: Math.max(...all.rows().map(({ x }) => x)) }]
  },
})
export const top = graphAsset({
  inputs: { points },
  to: 'out/top',
  ...ndjson,
  graph: ({ points }) => largest({ all: squared(points) }),
})
`
const points = [1, 2, 3].map((x) => `{"x":${x}}\n`).join('')

let folder: FlowFolder

beforeEach(async () => {
  folder = await FlowFolder.open({ 'flow.ts': flow, 'points.ndjson': points })
})
afterEach(async () => await folder.remove())

describe('assets of a module', () => {
  test('C7 three assets are made in the order of their dependencies, and a selection only above itself', {
    timeout,
  }, async () => {
    const above = await folder.run('run', 'flow.ts', '--select', '+total', '--json')

    expect(above).toMatchObject({ code: 0 })
    expect(folder.rowsOf('out/doubled')).toEqual([{ x: 2 }, { x: 4 }, { x: 6 }])
    expect(folder.rowsOf('out/total')).toEqual([{ total: 12 }])
    expect(folder.rowsOf('out/report')).toBeUndefined()

    const before = folder.filesOf('out/total')
    expect(await folder.run('run', 'flow.ts', '--select', '+report')).toMatchObject({ code: 0 })
    expect(folder.rowsOf('out/report')).toEqual([{ total: 12 }])
    expect(folder.filesOf('out/total')).toEqual(before)
  })

  test('R143 an asset is one command with an exit code and a JSON result', { timeout }, async () => {
    const early = await folder.run('run', 'flow.ts#total', '--json')
    expect(early.code).toBe(2)
    expect(early.stderr).toContain('out/doubled')

    const first = await folder.run('run', 'flow.ts#doubled', '--json')
    const second = await folder.run('run', 'flow.ts#total', '--json')

    expect([first.code, second.code]).toEqual([0, 0])
    expect(JSON.stringify(JSON.parse(first.stdout))).toContain('"asset":"doubled"')
    expect(JSON.stringify(JSON.parse(second.stdout))).toContain('"asset":"total"')
    expect(folder.rowsOf('out/total')).toEqual([{ total: 12 }])
  })

  test('a name that there is not ends the command with 2 and the nearest one', { timeout }, async () => {
    const { code, stderr } = await folder.run('run', 'flow.ts#totl')

    expect(code).toBe(2)
    expect(stderr).toContain('did you mean "total"?')
  })

  test('C7 a circle of assets is an error when the module is loaded', { timeout }, async () => {
    await folder.write(
      'flow.ts',
      `import { asset, type Asset } from '@redesmyn/cascade'
      import { Type } from 'typebox'
      const Point = Type.Object({ x: Type.Number() })
      const make = () => []
      export const a: Asset<typeof Point> = asset({ inputs: { b: () => b }, schema: Point, to: 'a', make })
      export const b: Asset<typeof Point> = asset({ inputs: { a: () => a }, schema: Point, to: 'b', make })`,
    )

    const { code, stderr } = await folder.run('run', 'flow.ts')

    expect(code).toBe(2)
    expect(stderr).toContain('"a" → "b" → "a"')
  })
})

test('R142 a graph whose op failed goes on at that op, with what the ops before it have made', {
  timeout,
}, async () => {
  const failed = await folder.run('run', 'flow.ts#top')
  const kept = folder.filesOf('out/top/_ops/squared')

  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('asset "top" could not be made: not ready')
  expect(folder.rowsOf('out/top/_ops/squared')).toEqual([{ x: 1 }, { x: 4 }, { x: 9 }])
  expect(folder.rowsOf('out/top')).toBeUndefined()

  await folder.write('ready', '')
  const resumed = await folder.run('run', 'flow.ts#top')

  expect(resumed.code).toBe(0)
  expect(folder.rowsOf('out/top')).toEqual([{ total: 9 }])
  expect(folder.filesOf('out/top/_ops/squared')).toEqual(kept)
})

test('C99 R144 a run writes an event for the beginning and the end of each asset', { timeout }, async () => {
  expect(await folder.run('run', 'flow.ts', '--select', '+total', '--lineage', 'events.ndjson')).toMatchObject({
    code: 0,
  })
  expect((await folder.run('run', 'flow.ts#top', '--lineage', 'events.ndjson')).code).toBe(1)

  const events = folder.readLines('events.ndjson')
  const told = events.map(({ eventType, job }) => `${eventType} ${job.name}`)

  expect(told).toEqual([
    'START doubled',
    'COMPLETE doubled',
    'START total',
    'COMPLETE total',
    'START top.squared',
    'COMPLETE top.squared',
    'START top',
    'FAIL top',
  ])
  const doubled = events.find(({ eventType, job }) => eventType === 'COMPLETE' && job.name === 'doubled')
  expect(doubled.run.facets.cascade_rows).toMatchObject({ in: 3, out: 3 })
  expect(doubled.outputs.map(({ name }: { name: string }) => name.replace(folder.path, ''))).toEqual([
    '/out/doubled',
    '/out/doubled/_rejected',
  ])
  expect(doubled.outputs[0].outputFacets.outputStatistics).toMatchObject({ rowCount: 3 })
})
