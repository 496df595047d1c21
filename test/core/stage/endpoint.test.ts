import { arrow, codec, column, endpoint, isEndpoint, json, pipe, rawBytes, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Point = Type.Object({ x: Type.Number() })
const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })

test('an endpoint joins a stage to a path; what it does not set is left to the server', () => {
  const mounted = endpoint('/a/{b}/', same)

  expect(mounted).toMatchObject({
    path: '/a/{b}/',
    stage: same,
    models: undefined,
    config: {
      onInvalid: 'fail',
      maxBodyBytes: undefined,
      requestTimeoutMs: undefined,
      bodyTimeoutMs: undefined,
      emptyBody: 'refuse',
    },
  })
  expect([mounted, same, null, {}].map(isEndpoint)).toEqual([true, false, false, false])
})

test.each(['', 'a', 'http://host/a', '/a b', '/a?b=1', '/a#b', '/a\n'])('the path %j is refused', (path) => {
  expect(() => endpoint(path, same)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test.each([
  ['maxBodyBytes', { maxBodyBytes: 0 }],
  ['requestTimeoutMs', { requestTimeoutMs: Number.NaN }],
  ['bodyTimeoutMs', { bodyTimeoutMs: -1 }],
])('an unusable %s is refused by name', (option, options) => {
  expect(() => endpoint('/a', same, options)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${option} of endpoint "/a"`) }),
  )
})

const Image = Type.Object({ image: column.bytes(), note: Type.Optional(Type.String()) })
const shown = stage({ name: 'shown', input: Image, output: Image, handler: (batch) => batch.rows() })
const mixed = stage({
  name: 'mixed',
  input: Type.Object({ image: column.bytes(), x: Type.Number() }),
  output: Image,
  handler: (batch) => batch.rows().map(({ image }) => ({ image })),
})

test('an endpoint reads JSON and Arrow unless it says otherwise, and passes no headers on', () => {
  const { config } = endpoint('/a', shown)

  expect(config.codecs).toEqual([json, arrow])
  expect(config.headers).toEqual([])
  expect(endpoint('/a', shown, { headers: ['X-Camera', 'x-camera'] }).config.headers).toEqual(['x-camera'])
})

test.each([
  ['no codec', () => endpoint('/a', shown, { codecs: [] })],
  ['two of one name', () => endpoint('/a', shown, { codecs: [json, json] })],
  ['a column that is not there', () => endpoint('/a', shown, { codecs: [rawBytes({ column: 'x' })] })],
  ['a text column', () => endpoint('/a', shown, { codecs: [rawBytes({ column: 'note' })] })],
  ['another column left out', () => endpoint('/a', mixed, { codecs: [rawBytes({ column: 'image' })] })],
  ['an answer of text', () => endpoint('/a', shown, { codecs: [rawBytes({ column: 'image', output: 'note' })] })],
  ['no media type', () => rawBytes({ column: 'image', mediaTypes: [] })],
  ['a media type that is none', () => rawBytes({ column: 'image', mediaTypes: ['png'] })],
  ['a content type that is none', () => rawBytes({ column: 'image', contentType: 'image/*' })],
  ['a codec of neither', () => codec({ name: 'a', mediaTypes: ['a/b'] })],
  ['answers of no type', () => codec({ name: 'a', mediaTypes: ['a/*'], encode: () => '' })],
  ['a header that is none', () => endpoint('/a', shown, { headers: ['x y'] })],
])('%s is refused when it is defined', (_, define) => {
  expect(define).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('M67 any stage of a pipeline may keep rows apart by a key', () => {
  const keyed = stage({
    name: 'keyed',
    input: Point,
    output: Point,
    batch: { key: ({ x }) => `${x}` },
    handler: (batch) => ({ x: batch.column('x') }),
  })

  expect(() => endpoint('/a', pipe(keyed).to(same))).not.toThrow()
  expect(() => endpoint('/b', pipe(same).to(keyed))).not.toThrow()
})
