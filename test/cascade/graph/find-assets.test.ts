import { asset, type Asset, findAssets, source } from '@redesmyn/cascade'
import { stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { thrownBy } from '../../thrown.ts'

const Point = Type.Object({ x: Type.Number() })
const Label = Type.Object({ label: Type.String() })
const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })
const points = source({ schema: Point, from: 'points/*.parquet' })

/** What takes points and gives points, to a folder of its own. */
function copyOf(input: Asset<typeof Point> | (() => Asset<typeof Point>), to: string): Asset<typeof Point> {
  return asset({ input, pipeline: same, to })
}

test('R140 an asset is addressable by the name that it was given, or else by that of its export', () => {
  const copied = asset({ input: points, pipeline: same, to: 'out/copied' })
  const named = asset({ name: 'by-hand', input: copied, pipeline: same, to: 'out/named' })

  const assets = findAssets({ points, copied, other: named, unrelated: 7 })

  expect([...assets.keys()]).toEqual(['copied', 'by-hand'])
  expect(assets.get('copied')).toMatchObject({ kind: 'pipeline', input: { '~kind': 'source', name: 'points' } })
  expect(assets.get('by-hand')).toMatchObject({ input: { name: 'copied' } })
})

test('R140 nothing runs while assets are defined and found', () => {
  let calls = 0
  const lazy = asset({ inputs: { points }, schema: Point, to: 'out/lazy', make: () => (calls++, []) })

  findAssets({ points, lazy })

  expect(calls).toBe(0)
})

test('assets come behind all that they are made of, also what is not exported', () => {
  const first = asset({ name: 'first', input: points, pipeline: same, to: 'out/1' })
  const second = asset({ name: 'second', input: first, pipeline: same, to: 'out/2' })
  const third = asset({ inputs: { first, second }, schema: Point, to: 'out/3', make: ({ first: frame }) => frame })

  expect([...findAssets({ third, points }).keys()]).toEqual(['first', 'second', 'third'])
})

test('C7 R142 assets that are made of each other are an error that draws the circle', () => {
  const a: Asset<typeof Point> = copyOf(() => c, 'out/a')
  const b: Asset<typeof Point> = copyOf(a, 'out/b')
  const c: Asset<typeof Point> = copyOf(b, 'out/c')
  const before = copyOf(a, 'out/before')

  const error = thrownBy(() => findAssets({ before, a, b, c }))

  expect(error.code).toBe('GRAPH_CYCLE')
  expect(error.message).toBe('assets are made of each other in a circle: "a" → "c" → "b" → "a"')
  expect(error.details).toEqual({ cycle: ['a', 'c', 'b', 'a'] })
})

test('two of one name, and two that go to one folder, are refused', () => {
  const one = asset({ name: 'twin', input: points, pipeline: same, to: 'out/one' })
  const two = asset({ name: 'twin', input: points, pipeline: same, to: 'out/two' })
  const near = asset({ input: points, pipeline: same, to: './out/one/' })

  expect(thrownBy(() => findAssets({ points, one, two })).message).toBe('two sources or assets are named "twin"')
  expect(thrownBy(() => findAssets({ points, one, near })).message).toBe(
    'assets "twin" and "near" go to the same folder "./out/one/"',
  )
})

test('what has neither a name nor an export is refused', () => {
  const hidden = source({ schema: Point, from: 'points.csv' })
  const copied = asset({ input: hidden, pipeline: same, to: 'out' })

  expect(thrownBy(() => findAssets({ copied })).message).toBe(
    'a source has neither a name nor an export that could name it',
  )
})

test('an input that lacks what the stages take is refused, whatever the compiler was told', () => {
  const labels: Asset<typeof Label> = asset({ inputs: {}, schema: Label, to: 'out/labels', make: () => [] })
  // What a cast in a user's module would do.
  const wrong = labels as unknown as Asset<typeof Point>

  const early = thrownBy(() => copyOf(wrong, 'out/early'))
  const late = thrownBy(() => findAssets({ labels, late: copyOf(() => wrong, 'out/late') }))

  expect(early).toMatchObject({ code: 'SCHEMA_NOT_ASSIGNABLE', message: expect.stringContaining('"x" is missing') })
  expect(late.message).toBe('input of asset "late" "labels" does not give what is taken: "x" is missing')
})

test.each([
  [{ to: '' }, 'to of asset "a" must be the path of a folder, got ""'],
  [{ batchRows: 0 }, 'batchRows of asset "a" must be a whole number >= 1, got 0'],
  [{ partBytes: 1.5 }, 'partBytes of asset "a" must be a whole number >= 1, got 1.5'],
  [{ onReject: { maxRatio: 1.5 } }, 'onReject.maxRatio of asset "a" must be from 0 to 1, got 1.5'],
  [{ onReject: { maxRows: -1 } }, 'onReject.maxRows of asset "a" must be a number >= 0, got -1'],
])('%j is refused', (option, message) => {
  const error = thrownBy(() => asset({ name: 'a', input: points, pipeline: same, to: 'out', ...option }))

  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message })
})

test('a name that commands would take apart is refused', () => {
  for (const name of ['a,b', '+a', 'a.b', '', '9lives']) {
    expect(thrownBy(() => source({ name, schema: Point, from: 'x.csv' })).code).toBe('CONFIG_INVALID')
  }
})
