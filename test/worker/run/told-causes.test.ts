import { expect, test } from 'vitest'
import { ToldCauses } from '../../../packages/worker/dist/run/told-causes.js'
import { fakeClock } from '../../clock/fake-clock.ts'

test('a cause is told once a minute, and no more than ten of them', () => {
  const clock = fakeClock()
  const told = new ToldCauses(clock)

  const first = ['a', 'a', 'b'].map((cause) => told.isNew(cause))
  const many = Array.from({ length: 20 }, (_, row) => told.isNew(`row ${row}`))
  clock.advance(60_000)

  expect(first).toEqual([true, false, true])
  expect(many.filter((isNew) => isNew)).toHaveLength(8)
  expect([told.isNew('a'), told.isNew('row 19')]).toEqual([true, true])
})
