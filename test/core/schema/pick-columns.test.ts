import { compileRecordSchema, createRecordCheck, pickColumns } from '@redesmyn/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'

const Trip = Type.Object({ id: Type.Integer(), fare: Type.Number({ minimum: 0 }), note: Type.Optional(Type.String()) })

test('only the picked columns are asked for, each with its constraints', () => {
  const picked = pickColumns(compileRecordSchema(Trip, 'trip'), new Set(['fare']))
  const check = createRecordCheck(picked, Compile, { coerce: false })

  expect(picked.fields.map(({ name }) => name)).toEqual(['fare'])
  expect([{ fare: 1 }, { fare: -1 }, { id: 1 }].map((record) => check.isValid(record))).toEqual([true, false, false])
})

test('a schema that speaks of the whole record stays whole', () => {
  const strict = compileRecordSchema(Type.Object(Trip.properties, { additionalProperties: false }), 'trip')
  const refined = compileRecordSchema(
    Type.Refine(
      Trip,
      ({ id, fare }) => id > fare,
      () => 'expected id > fare',
    ),
    'trip',
  )

  expect(pickColumns(strict, new Set(['fare']))).toBe(strict)
  expect(pickColumns(refined, new Set(['fare']))).toBe(refined)
})
