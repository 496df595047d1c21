import { TypedDataFrame } from '@redesmyn/cascade'
import { column } from '@redesmyn/core'
import pl from 'nodejs-polars'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Trip = Type.Object({ km: Type.Number({ minimum: 0 }), zone: Type.String(), tip: Type.Optional(Type.Number()) })

test('R145 a frame that keeps the schema has its rows and its columns, in the order of the schema', async () => {
  const frame = pl.DataFrame({ more: [1, 2], zone: ['a', 'b'], tip: [null, 2.5], km: [1.5, 0] })

  const typed = await TypedDataFrame.of(Trip, frame)

  expect(typed.frame.columns).toEqual(['km', 'zone', 'tip'])
  expect(typed.rowCount).toBe(2)
  expect(typed.rows()).toEqual([
    { km: 1.5, zone: 'a', tip: null },
    { km: 0, zone: 'b', tip: 2.5 },
  ])
})

test('R145 a frame whose columns break the schema is refused with all that is wrong', async () => {
  const frame = pl.DataFrame({ km: ['far'], tip: [1] })

  await expect(TypedDataFrame.of(Trip, frame)).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    message: expect.stringMatching(/"km" is utf8 and must be float64.*"zone" is missing/),
  })
})

test('R145 a value that breaks the schema is refused with its column and its row', async () => {
  const below = pl.DataFrame({ km: [1, 2, -3], zone: ['a', 'b', 'c'] })
  const absent = pl.DataFrame({ km: [1, null], zone: ['a', 'b'] })

  await expect(TypedDataFrame.of(Trip, below)).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    message: expect.stringMatching(/rows that break its schema, row 2: \/km must be .*got -3$/),
  })
  await expect(TypedDataFrame.of(Trip, absent)).rejects.toMatchObject({
    message: expect.stringContaining('row 1: /km must be float64, got null'),
  })
})

test('numbers are widened where nothing is lost, and refused where something would be', async () => {
  const Count = Type.Object({ count: Type.Integer(), share: Type.Number() })
  const frame = pl.DataFrame({
    count: pl.Series('count', [1, 2], pl.UInt32),
    share: pl.Series('s', [1, 2], pl.Float32),
  })

  const typed = await TypedDataFrame.of(Count, frame)

  expect(typed.rows()).toEqual([
    { count: 1n, share: 1 },
    { count: 2n, share: 2 },
  ])
  await expect(TypedDataFrame.of(Type.Object({ count: column.int8() }), frame)).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
  })
})

test('rows make a frame, also none at all', async () => {
  const typed = await TypedDataFrame.of(Trip, [{ km: 1, zone: 'a' }])
  const empty = await TypedDataFrame.of(Trip, [])

  expect(typed.frame.toRecords()).toEqual([{ km: 1, zone: 'a', tip: null }])
  expect(empty.frame.shape).toEqual({ height: 0, width: 3 })
  expect((await TypedDataFrame.of(Trip, empty.frame)).rows()).toEqual([])
})
