import { expect, test } from 'vitest'
import { soundNumbers } from '../../../packages/worker/dist/interop/integer-values.js'

test.each([
  ['int64', [1.5, Number.NaN, 2 ** 63, 7], [1.5, Number.NaN, 2 ** 63]],
  ['int32', [2 ** 31, -(2 ** 31), 0.1], [2 ** 31, 0.1]],
  ['uint8', [256, -1, 255], [256, -1]],
  ['bool', [0, 1, 2], [2]],
  ['float32', [1.5, Number.NaN], []],
])('R120 of what %s cannot hold, nothing gets into a tensor', (type, values, wrong) => {
  const told: (number | bigint)[] = []
  const column = { values, width: 1, isNull: () => false }

  const sound = soundNumbers(type, column, values.length, (_, value) => void told.push(value))

  expect(told).toEqual(wrong)
  const kept = values.map((_, index) => sound.values[index])
  expect(kept).toEqual(values.map((value) => (wrong.includes(value) ? 0 : value)))
})
