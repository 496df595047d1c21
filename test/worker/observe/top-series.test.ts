import { expect, test } from 'vitest'
import { TopSeries } from '../../../packages/worker/dist/observe/top-series.js'

function topCounts(limit: number) {
  const top = new TopSeries<{ count: number }>({
    limit,
    create: () => ({ count: 0 }),
    fold: (into, { count }) => {
      into.count += count
    },
  })
  const use = (name: string, times = 1) => {
    for (let time = 0; time < times; time++) top.get(name).count++
  }
  const counts = () => Object.fromEntries(Array.from(top.entries(), ([name, { count }]) => [name, count]))
  return { use, counts }
}

test('names beyond the limit are counted together', () => {
  const { use, counts } = topCounts(2)
  for (const name of ['a', 'b', 'c', 'd', 'a']) use(name)

  expect(counts()).toEqual({ a: 2, b: 1, '(other)': 2 })
})

test('a name that comes to be used more takes the place of the least, and no count is lost', () => {
  const { use, counts } = topCounts(2)
  use('a', 500)
  use('b', 5)
  use('c', 64)

  expect(counts()).toEqual({ a: 500, c: 1, '(other)': 5 + 63 })
})

test('any number of names costs a bounded place', () => {
  const { use, counts } = topCounts(4)
  for (let name = 0; name < 100_000; name++) use(`client-${name}`)

  expect(Object.keys(counts())).toHaveLength(5)
  expect(Object.values(counts()).reduce((sum, count) => sum + count, 0)).toBe(100_000)
})
