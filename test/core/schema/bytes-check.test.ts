import { column, compileRecordSchema, createRecordCheck } from '@redesmyn/core'
import * as fc from 'fast-check'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'

const check = createRecordCheck(compileRecordSchema(Type.Object({ image: column.bytes() }), 'test'), Compile, {
  coerce: false,
})

test('bytes as such, and all base64 that an encoder writes, are valid', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(check.isValid({ image: bytes })).toBe(true)
      expect(check.isValid({ image: Buffer.from(bytes).toString('base64') })).toBe(true)
    }),
  )
  expect(check.isValid({ image: Buffer.alloc(10 * 2 ** 20, 0xfe).toString('base64') })).toBe(true)
})

test.each([
  'A',
  'AA',
  'AAA',
  'AAAAA',
  'AA=A',
  '=AAA',
  'A===',
  '====',
  'AA==AAAA',
  'AAA\n',
  'AA A',
  'AA-_',
  'AB==',
  'AAB=',
  'é===',
])('the text %j is not base64', (image) => {
  expect(check.issues({ image }, 3)).toEqual([
    { row: 3, pointer: '/image', rule: 'contentEncoding', message: 'must be base64 with padding, got another string' },
  ])
})

test.each([5, null, [1, 2], {}, true])('%j is no bytes', (image) => {
  expect(check.issues({ image }, 0)).toMatchObject([{ pointer: '/image', rule: 'type' }])
})

test("a rule of the user's own is asked of bytes that are valid", () => {
  const rule = (value: unknown) => value instanceof Uint8Array && value.byteLength < 3
  const Small = Type.Object({ image: Type.Refine(column.bytes(), rule, () => 'must be small') })
  const small = createRecordCheck(compileRecordSchema(Small, 'test'), Compile, { coerce: false })

  expect(small.isValid({ image: new Uint8Array(2) })).toBe(true)
  expect(small.issues({ image: new Uint8Array(3) }, 0)).toMatchObject([{ pointer: '/image', message: 'must be small' }])
})
