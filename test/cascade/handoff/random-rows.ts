import type { RowInputOf } from '@redesmyn/core'
import type { Given } from '../../apps/handoffs.ts'
import type { SeededRandom } from '../../fuzz/seeded-random.ts'

export type GivenRow = RowInputOf<typeof Given>

const texts = ['', 'a', 'sépal 😀', '\u0000', 'x'.repeat(300), '"\\\n']
const numbers = [0, -0, Number.MIN_VALUE, Number.MAX_VALUE, 1 / 3, -1e-300, 2 ** 53]

/** From none to 150 rows with all that is awkward in them. */
export function randomRows(random: SeededRandom): GivenRow[] {
  const rowCount = random.below(8) === 0 ? random.below(151) : random.below(12)
  return Array.from({ length: rowCount }, (_, id) => ({
    id,
    x: random.below(3) === 0 ? random.pick(numbers) : random.next() * 1e6 - 5e5,
    small: Math.fround(random.next()),
    big: BigInt.asIntN(64, BigInt(random.below(2 ** 32)) * 0x1_0000_0001n - 2n ** 62n),
    isOdd: random.below(2) === 1,
    text: random.pick(texts),
    note: random.below(3) === 0 ? null : random.pick(texts),
    ...(random.below(3) > 0 && { count: random.below(2 ** 31) - 2 ** 30 }),
    parts: Array.from({ length: random.below(4) }, () => random.next()),
  }))
}
