import { asset, findAssets, graphAsset, op, selectAssets, source } from '@redesmyn/cascade'
import { stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { thrownBy } from '../../thrown.ts'

const Point = Type.Object({ x: Type.Number() })
const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })

const points = source({ schema: Point, from: 'points.parquet' })
const cleaned = asset({ input: points, pipeline: same, to: 'out/cleaned' })
const scored = asset({ input: cleaned, pipeline: same, to: 'out/scored' })
const daily = asset({ inputs: { scored }, schema: Point, to: 'out/daily', make: ({ scored: frame }) => frame })
const weekly = asset({ inputs: { daily }, schema: Point, to: 'out/weekly', make: ({ daily: frame }) => frame })
const assets = findAssets({ weekly, daily, scored, cleaned, points })

function select(...selection: string[]): readonly string[] {
  return selectAssets(assets, selection).map(({ name }) => name)
}

test('C7 a plus before a name selects what it is made of, one behind it what is made of it', () => {
  expect(select('+scored')).toEqual(['cleaned', 'scored'])
  expect(select('scored+')).toEqual(['scored', 'daily', 'weekly'])
  expect(select('+daily+')).toEqual(['cleaned', 'scored', 'daily', 'weekly'])
})

test('names, lists of names and globs select themselves, in the order of what is made of what', () => {
  expect(select('scored')).toEqual(['scored'])
  expect(select('weekly,cleaned')).toEqual(['cleaned', 'weekly'])
  expect(select('*ly', 'cleaned')).toEqual(['cleaned', 'daily', 'weekly'])
  expect(select('+*ed')).toEqual(['cleaned', 'scored'])
  expect(select()).toEqual(['cleaned', 'scored', 'daily', 'weekly'])
})

test('a name that there is not is refused with the nearest one, or with all', () => {
  expect(thrownBy(() => select('+scord')).message).toBe('there is no asset "scord", did you mean "scored"?')
  expect(thrownBy(() => select('zebra')).message).toBe(
    'there is no asset "zebra", expected one of the assets "cleaned", "scored", "daily", "weekly"',
  )
  expect(thrownBy(() => select('a++b')).code).toBe('CONFIG_INVALID')
  expect(thrownBy(() => selectAssets(new Map(), ['any'])).message).toContain('the app module exports none')
})

test('a graph asset is selected with its steps', () => {
  const step = op({ name: 'step', pipeline: same })
  const graph = graphAsset({ inputs: { points }, to: 'out/graph', graph: (values) => step(step(values.points)) })

  const selected = selectAssets(findAssets({ points, cleaned, graph }), ['graph'])

  expect(selected.map(({ name }) => name)).toEqual(['graph.step', 'graph'])
})
