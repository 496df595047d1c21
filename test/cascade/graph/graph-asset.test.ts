import { findAssets, graphAsset, op, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { thrownBy } from '../../thrown.ts'

const Point = Type.Object({ x: Type.Number() })
const Square = Type.Object({ x: Type.Number(), y: Type.Number() })
const Label = Type.Object({ label: Type.String() })
const points = source({ schema: Point, from: 'points.parquet' })
const labels = source({ schema: Label, from: 'labels.csv' })

const squared = op({
  name: 'squared',
  input: Point,
  output: Square,
  handler: (batch) => ({ x: batch.column('x'), y: batch.column('x').map((x) => x * x) }),
})
const paired = op({ name: 'paired', inputs: { a: Point, b: Square }, output: Square, make: ({ b }) => b })

test('R141 an op that is a handler works in a stage, in a pipeline and in a graph', async () => {
  const asStage = stage({ name: 'as-stage', handler: squared })
  const graph = graphAsset({ inputs: { points }, to: 'out/graph', graph: (values) => squared(values.points) })

  expect(await asStage([{ x: 3 }])).toEqual([{ x: 3, y: 9 }])
  expect(await pipe(asStage)([{ x: 2 }])).toEqual([{ x: 2, y: 4 }])
  const found = findAssets({ points, graph }).get('graph')
  expect(found).toMatchObject({ kind: 'pipeline', input: { name: 'points' }, to: 'out/graph' })
  expect(found?.kind === 'pipeline' && found.stages.map(({ name }) => name)).toEqual(['squared'])
})

test('R142 each op of a graph is an asset of its own, so that what it made is kept', () => {
  const graph = graphAsset({
    inputs: { points },
    to: 'out/graph/',
    graph: (values) => {
      const first = squared(values.points)
      return paired({ a: squared(first), b: first })
    },
  })

  const assets = findAssets({ points, graph })

  expect([...assets.keys()]).toEqual(['graph.squared', 'graph.squared-2', 'graph'])
  expect(assets.get('graph.squared')).toMatchObject({ stepOf: 'graph', to: 'out/graph/_ops/squared' })
  expect(assets.get('graph.squared-2')).toMatchObject({ input: { name: 'graph.squared' } })
  expect(assets.get('graph')).toMatchObject({
    kind: 'frame',
    inputs: { a: { name: 'graph.squared-2' }, b: { name: 'graph.squared' } },
    to: 'out/graph/',
  })
})

test('R141 an op that does not take what it is given is refused when the graph is defined', () => {
  // What a cast in a user's module would do.
  const wrong = (values: { readonly labels: unknown }) => squared(values.labels as never)

  const error = thrownBy(() => graphAsset({ inputs: { labels }, to: 'out', graph: wrong }))

  expect(error.code).toBe('SCHEMA_NOT_ASSIGNABLE')
  expect(error.message).toContain('"x" is missing')
})

test('a graph that leads nowhere is refused', () => {
  const error = thrownBy(() =>
    graphAsset({ name: 'idle', inputs: { points }, to: 'out', graph: (values) => values.points }),
  )

  expect(error.message).toBe('graph of graph asset "idle" must return what an op of it gives')
  expect(thrownBy(() => paired({ a: 'rows', b: 'rows' } as never)).code).toBe('CONFIG_INVALID')
})
