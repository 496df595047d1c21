import { column, compileRecordSchema, fingerprintFields, PipelineError } from '@redesmyn/core'
import { type TSchema, Type } from 'typebox'
import { expect, test } from 'vitest'

const supported = {
  number: Type.Number(),
  integer: Type.Integer(),
  bounded: Type.Integer({ minimum: 0, maximum: 100 }),
  text: Type.String(),
  flag: Type.Boolean(),
  species: Type.Union([Type.Literal('setosa'), Type.Literal('virginica')]),
  colour: Type.Enum(['red', 'blue']),
  i8: column.int8(),
  i16: column.int16(),
  i32: column.int32(),
  i64: column.int64(),
  u8: column.uint8(),
  u16: column.uint16(),
  u32: column.uint32(),
  u64: column.uint64(),
  f32: column.float32(),
  f64: column.float64(),
  at: column.timestamp(),
  bytes: column.bytes(),
  tags: Type.Array(Type.String()),
  pixels: Type.Array(column.uint8(), { minItems: 4, maxItems: 4 }),
  place: Type.Object({ lat: Type.Number(), name: Type.Optional(Type.String()) }),
}

const columns = [
  'number:float64,integer:int64,bounded:int64,text:utf8,flag:bool,species:utf8,colour:utf8',
  'i8:int8,i16:int16,i32:int32,i64:int64,u8:uint8,u16:uint16,u32:uint32,u64:uint64,f32:float32,f64:float64,at:timestamp,bytes:binary',
  'tags:[utf8],pixels:[uint8;4],place:{lat:float64,name?:utf8}',
].join(',')

test('R044 every supported type has its column, in the order of the schema', () => {
  const { fields, fingerprint } = compileRecordSchema(Type.Object(supported), 'input of stage "s"')

  expect(fingerprint).toBe(columns)
  expect(fields.map(({ name }) => name)).toEqual(Object.keys(supported))
  expect(fields.filter(({ isNullable }) => isNullable)).toEqual([])
})

test('each supported type may be nullable, by a union with null or by being optional', () => {
  for (const [name, schema] of Object.entries(supported)) {
    const plain = compileRecordSchema(Type.Object({ [name]: schema }), 's').fields[0]
    const union = compileRecordSchema(Type.Object({ [name]: Type.Union([schema, Type.Null()]) }), 's').fields[0]
    const optional = compileRecordSchema(Type.Object({ [name]: Type.Optional(schema) }), 's').fields[0]

    expect(union).toEqual({ ...plain, isNullable: true })
    expect(optional).toEqual({ ...plain, isNullable: true })
  }
})

test('an integer is a number in rows where its bounds keep it exact, and a bigint elsewhere', () => {
  const kinds = {
    bounded: Type.Integer({ minimum: 0, exclusiveMaximum: 10 }),
    half: Type.Integer({ minimum: 0 }),
    wide: Type.Integer(),
  }

  const { fields, needsExactIntegers } = compileRecordSchema(Type.Object(kinds), 's')

  expect(fields.map(({ type }) => type.kind === 'int' && type.as)).toEqual(['number', 'bigint', 'bigint'])
  expect(needsExactIntegers).toBe(true)
  expect(compileRecordSchema(Type.Object({ bounded: kinds.bounded, i: column.int32() }), 's').needsExactIntegers).toBe(
    false,
  )
  expect(
    compileRecordSchema(Type.Object({ deep: Type.Array(Type.Object({ i: column.uint64() })) }), 's').needsExactIntegers,
  ).toBe(true)
})

const unsupported: Readonly<Record<string, TSchema>> = {
  any: Type.Any(),
  unknown: Type.Unknown(),
  null: Type.Null(),
  bigint: Type.BigInt(),
  tuple: Type.Tuple([Type.Number(), Type.Number()]),
  record: Type.Record(Type.String(), Type.Number()),
  mixed: Type.Union([Type.Number(), Type.String()]),
  intersect: Type.Intersect([Type.Object({ a: Type.Number() }), Type.Object({ b: Type.Number() })]),
  empty: Type.Object({}),
  'codes/numbers': Type.Enum([1, 2]),
  function: Type.Function([], Type.Number()),
}

test.each(Object.entries(unsupported))(
  'a property of type %s is refused by owner and field where it is defined',
  (name, schema) => {
    const nested = Type.Object({ good: Type.Number(), outer: Type.Array(Type.Object({ [name]: schema })) })

    expect(() => compileRecordSchema(nested, 'output of stage "s"')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`field "/outer/items/${name.replace('/', '~1')}" of output of stage "s"`),
      }),
    )
  },
)

test('a codec is refused, because columns hold values as they are', () => {
  const codec = Type.Codec(Type.String())
    .Decode((text) => text.length)
    .Encode((length) => 'x'.repeat(length))

  expect(() => compileRecordSchema(Type.Object({ codec }), 's')).toThrow(PipelineError)
})

test('what is not an object schema is refused', () => {
  expect(() => compileRecordSchema(Type.Object({}), 's')).toThrow(/^s has a type that no column can hold/)
})

test('equal columns have equal fingerprints, whatever their constraints', () => {
  const loose = compileRecordSchema(Type.Object({ x: Type.Number(), 'a b': Type.String() }), 'a')
  const tight = compileRecordSchema(
    Type.Object({ x: Type.Number({ minimum: 1 }), 'a b': Type.String({ pattern: '^a' }) }),
    'b',
  )

  expect(tight.fingerprint).toBe(loose.fingerprint)
  expect(loose.fingerprint).toBe('x:float64,"a b":utf8')
  expect(fingerprintFields(loose.fields)).toBe(loose.fingerprint)
})

test('a schema is strict where it forbids additional properties', () => {
  expect(compileRecordSchema(Type.Object({ x: Type.Number() }, { additionalProperties: false }), 's').isStrict).toBe(
    true,
  )
  expect(compileRecordSchema(Type.Object({ x: Type.Number() }), 's').isStrict).toBe(false)
})
