import { column } from '@redesmyn/core'
import { Type } from 'typebox'
import type { Rows } from './format-under-test.ts'

export const Trip = Type.Object({ id: column.int64(), fare: Type.Number(), payment: Type.String() })

/** Records that all formats can hold, with integers beyond 2^53. */
export function trips(rowCount: number): Rows {
  return Array.from({ length: rowCount }, (_, row) => ({
    id: BigInt(row) + 2n ** 53n,
    fare: row / 4,
    payment: ['card', 'cash', 'none'][row % 3],
  }))
}
