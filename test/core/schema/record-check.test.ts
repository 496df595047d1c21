import { column, compileRecordSchema, createRecordCheck, type ObjectSchema, type RecordCheck } from '@redesmyn/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'

function checkOf(schema: ObjectSchema, coerce = false): RecordCheck {
  return createRecordCheck(compileRecordSchema(schema, 'input of stage "s"'), Compile, { coerce })
}

function pointers(check: RecordCheck, record: unknown): string[] {
  return check.issues(record, 0).map(({ pointer, rule }) => `${pointer} ${rule}`)
}

const parse = (text: string): unknown => JSON.parse(text)

test('a missing field is reported by name, with its pointer', () => {
  const check = checkOf(Type.Object({ x: Type.Number() }))

  expect(check.isValid({ input: 2 })).toBe(false)
  expect(check.issues({ input: 2 }, 7)).toEqual([
    { row: 7, pointer: '/x', rule: 'required', message: "cannot find key 'x'" },
  ])
})

test('R047 fields that the schema does not declare are ignored', () => {
  const check = checkOf(Type.Object({ x: Type.Number() }))

  expect(check.isValid({ x: 1, more: 'a', constructor: 2 })).toBe(true)
  expect(check.issues({ x: 1, more: 'a' }, 0)).toEqual([])
})

test('R048 a strict schema lists every missing and every unexpected field', () => {
  const names = Array.from({ length: 30 }, (_, index) => `f${index}`)
  const schema = Type.Object(Object.fromEntries(names.map((name) => [name, Type.Number()])), {
    additionalProperties: false,
  })
  const extras = Object.fromEntries(names.map((name) => [`x/${name}`, 1]))

  const issues = checkOf(schema).issues(extras, 3)

  expect(issues.filter(({ rule }) => rule === 'required').map(({ pointer }) => pointer)).toEqual(
    names.map((name) => `/${name}`),
  )
  expect(issues.filter(({ rule }) => rule === 'additionalProperties').map(({ pointer }) => pointer)).toEqual(
    names.map((name) => `/x~1${name}`),
  )
  expect(issues.every(({ row }) => row === 3)).toBe(true)
})

test('R049 a value of the wrong JSON type is refused with its pointer, never read as null', () => {
  const schema = Type.Object({
    n: Type.Number(),
    i: Type.Integer(),
    s: Type.String(),
    b: Type.Boolean(),
    l: Type.Array(Type.Object({ a: Type.Number() })),
    o: Type.Optional(Type.Number()),
    z: Type.Union([Type.Number(), Type.Null()]),
    e: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  })
  const wrong = { n: '1', i: 1.5, s: 1, b: 'true', l: [{ a: 1 }, { a: null }, 3], o: null, z: '1', e: 'c' }

  expect(pointers(checkOf(schema), wrong)).toEqual([
    '/n type',
    '/i type',
    '/s type',
    '/b type',
    '/l/1/a type',
    '/l/2 type',
    '/o type',
    '/z type',
    '/e enum',
  ])
  expect(checkOf(schema).issues({ ...wrong, n: '1' }, 0)[0]?.message).toBe('must be number, got string')
  expect(checkOf(schema).issues(wrong, 0).at(-1)?.message).toBe('must be one of "a", "b", got "c"')
})

test('what is no object is refused as a whole', () => {
  const check = checkOf(Type.Object({ x: Type.Number() }))

  for (const record of [null, 1, 'x', [], [1], undefined]) {
    expect(check.isValid(record)).toBe(false)
    expect(pointers(check, record)).toEqual([' type'])
  }
})

test('R054 each failing constraint is named: minimum, pattern, enum, items, and a rule across fields', () => {
  const schema = Type.Refine(
    Type.Object({
      age: Type.Number({ minimum: 18, multipleOf: 2 }),
      code: Type.String({ pattern: '^[A-Z]{3}$' }),
      colour: Type.Enum(['red', 'blue']),
      tags: Type.Array(Type.String({ minLength: 2 }), { minItems: 3, uniqueItems: true }),
      from: Type.Number(),
      to: Type.Number(),
    }),
    ({ from, to }) => from < to,
    () => 'from must be before to',
  )
  const good = { age: 20, code: 'ABC', colour: 'red', tags: ['aa', 'bb', 'cc'], from: 1, to: 2 }
  const check = checkOf(schema)

  expect(check.isValid(good)).toBe(true)
  expect(pointers(check, { ...good, age: 17, code: 'abc', colour: 'green', tags: ['a', 'a'] })).toEqual([
    '/age minimum',
    '/age multipleOf',
    '/code pattern',
    '/colour enum',
    '/tags minItems',
    '/tags uniqueItems',
    '/tags/0 minLength',
    '/tags/1 minLength',
  ])
  expect(check.issues({ ...good, from: 3 }, 0)).toEqual([
    { row: 0, pointer: '', rule: '~refine', message: 'from must be before to' },
  ])
})

test('R045 a 64-bit integer may come as a number, a bigint or digits in a string', () => {
  const check = checkOf(Type.Object({ wide: Type.Integer(), i: column.int64({ minimum: 0 }), u: column.uint64() }))
  const good = { wide: 1, i: 1, u: 1 }

  for (const value of [9_007_199_254_740_993n, '9007199254740993', 12, '0', 9_223_372_036_854_775_807n]) {
    expect(check.isValid({ wide: value, i: value, u: value })).toBe(true)
  }
  expect(check.isValid({ ...good, wide: '-9223372036854775808' })).toBe(true)
  expect(check.isValid({ ...good, u: '18446744073709551615' })).toBe(true)
  for (const value of [
    '',
    '1.0',
    '1e3',
    ' 1',
    '0x1',
    '01',
    1.5,
    Number.NaN,
    1e300,
    2n ** 63n,
    true,
    null,
    '9'.repeat(1e6),
  ]) {
    expect(pointers(check, { ...good, wide: value })).toEqual(['/wide type'])
  }
  expect(pointers(check, { ...good, i: '-1', u: -1 })).toEqual(['/i minimum', '/u type'])
})

test('integers keep the range of their column', () => {
  const check = checkOf(
    Type.Object({ a: column.int8(), b: column.uint32(), c: column.int16({ maximum: 10 }), d: column.float32() }),
  )

  expect(check.isValid({ a: -128, b: 2 ** 32 - 1, c: 10, d: 3.4e38 })).toBe(true)
  expect(pointers(check, { a: 128, b: -1, c: 11, d: 3.5e38 })).toEqual([
    '/a maximum',
    '/b minimum',
    '/c maximum',
    '/d maximum',
  ])
})

test('numbers that are not finite are never valid', () => {
  const check = checkOf(Type.Object({ x: Type.Number(), y: column.float32() }))

  expect(pointers(check, { x: Number.NaN, y: Number.POSITIVE_INFINITY })).toEqual(['/x type', '/y type'])
})

test('inherited members never count, whatever the field is called', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'plain']
  const required = checkOf(Type.Object(Object.fromEntries(names.map((name) => [name, Type.Number()]))))
  const optional = checkOf(Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(Type.Number())]))))
  const record = `{${names.map((name, index) => `"${name}":${index}`).join(',')}}`

  expect(required.isValid(parse(record))).toBe(true)
  expect(pointers(required, {})).toEqual(names.map((name) => `/${name} required`))
  expect(optional.isValid({})).toBe(true)
  expect(pointers(optional, parse('{"toString":"a","__proto__":null}'))).toEqual(['/__proto__ type', '/toString type'])
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
})

test('R050 keys and strings with escapes and unicode are what they spell', () => {
  const check = checkOf(
    Type.Object({ sépal: Type.Number(), a: Type.String({ maxLength: 4 }) }, { additionalProperties: false }),
  )

  expect(check.isValid(parse('{"s\\u00e9pal":1,"\\u0061":"\\u0022\\n😀"}'))).toBe(true)
  expect(pointers(check, parse('{"sepal":1,"\\u0061":"a"}'))).toEqual([
    '/sépal required',
    '/sepal additionalProperties',
  ])
})

test('a schema keyword that has no finder of its own is still reported', () => {
  const check = checkOf(Type.Object({ x: Type.Number() }, { additionalProperties: Type.String() }))

  expect(check.isValid({ x: 1, y: 2 })).toBe(false)
  expect(check.issues({ x: 1, y: 2 }, 0)).not.toEqual([])
})

test('the list of faults of one record is bounded', () => {
  const check = checkOf(Type.Object({ l: Type.Array(Type.Number()) }))

  expect(check.issues({ l: Array(200_000).fill('a') }, 0)).toHaveLength(1000)
})

test('coercion reads texts as numbers and booleans only where it is asked for', () => {
  const schema = Type.Object({
    n: Type.Number(),
    i: column.int32(),
    b: Type.Boolean(),
    s: Type.String(),
    l: Type.Array(Type.Number()),
  })
  const record = { n: '2.5', i: '-3', b: 'true', s: 4, l: ['1', 2] }
  const coercing = checkOf(schema, true)

  expect(checkOf(schema).isValid(record)).toBe(false)
  expect(checkOf(schema).coerce(record)).toBe(record)
  expect(coercing.isValid(coercing.coerce(record))).toBe(true)
  expect(coercing.coerce(record)).toMatchObject({ n: 2.5, i: -3, b: true, s: '4', l: [1, 2] })
  for (const n of ['', ' ', '1x', 'NaN', '0x10', '1,5'])
    expect(coercing.isValid(coercing.coerce({ ...record, n }))).toBe(false)
})
