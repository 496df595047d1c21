import { expect, test } from 'vitest'
import { expandBraces } from '../../../../packages/cascade/dist/run/plan/expand-braces.js'
import type { Part } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { selectParts } from '../../../../packages/cascade/dist/run/plan/select-parts.js'
import { thrownBy } from '../../../thrown.ts'

const range = { kind: 'groups', from: 0, to: 1, firstRow: 0, rowCount: 1 } as const

/** Two parts a day, each in another region. */
function partsOf(days: number): readonly Part[] {
  return Array.from({ length: days * 2 }, (_, index) => {
    const day = `2026-01-${String(Math.floor(index / 2) + 1).padStart(2, '0')}`
    return { index, file: index, range, partition: { day, region: index % 2 === 0 ? 'eu' : 'us' } }
  })
}

function indices(parts: readonly Part[]): readonly number[] {
  return parts.map(({ index }) => index)
}

test.each([
  ['2026-01-0{1..3}', ['2026-01-01', '2026-01-02', '2026-01-03']],
  ['{08..11}', ['08', '09', '10', '11']],
  ['{3..1}', ['3', '2', '1']],
  ['{eu,us}-{1,2}', ['eu-1', 'eu-2', 'us-1', 'us-2']],
  ['a{b,c{d,e}}f', ['abf', 'acdf', 'acef']],
  ['{a}{', ['{a}{']],
  ['x{,y}', ['x', 'xy']],
  ['plain', ['plain']],
])('braces in %j expand as in a shell', (pattern, expected) => {
  expect(expandBraces(pattern)).toEqual(expected)
})

test('a partition is chosen by a value, by its key, or by several keys', () => {
  const parts = partsOf(3)

  expect(indices(selectParts(parts, { partitions: ['2026-01-0{1..2}'] }))).toEqual([0, 1, 2, 3])
  expect(indices(selectParts(parts, { partitions: ['region=us'] }))).toEqual([1, 3, 5])
  expect(indices(selectParts(parts, { partitions: ['day=2026-01-03/region=eu', '2026-01-01'] }))).toEqual([0, 1, 4])
})

test('a partition that the input does not have is refused with one that it has', () => {
  const parts = partsOf(3)

  const error = thrownBy(() => selectParts(parts, { partitions: ['day=2026-01-30'] }))

  expect(error.code).toBe('CONFIG_INVALID')
  expect(error.message).toBe('no partition of the input is "day=2026-01-30", did you mean "day=2026-01-03"')
})

test('partitions of an input without folders of that kind are refused with the reason', () => {
  const parts = partsOf(1).map((part) => ({ ...part, partition: {} }))

  const error = thrownBy(() => selectParts(parts, { partitions: ['eu'] }))

  expect(error.message).toContain('no file of the input is in a folder named "key=value"')
})

test.each([1, 2, 3, 8])('%i shards have each part once', (count) => {
  const parts = partsOf(10)
  const shards = Array.from({ length: count }, (_, index) => ({ shard: { index: index + 1, count } }))

  const chosen = shards.flatMap((shard) => indices(selectParts(parts, shard)))

  expect(chosen.toSorted((a, b) => a - b)).toEqual(indices(parts))
})
