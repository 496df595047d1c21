import { arrow, codec, column, endpoint, json, rawBytes, stage } from '@redesmyn/core'
import { msgpack } from '@redesmyn/worker'
import { Type } from 'typebox'

const Image = Type.Object({ image: column.bytes() })
const Point = Type.Object({ x: Type.Number() })

export const echo = stage({
  name: 'echo',
  input: Image,
  output: Image,
  handler: (batch) => ({ image: batch.column('image') }),
})

/** Answers bytes with what it knows of the request. */
export const described = stage({
  name: 'described',
  input: Type.Object({ image: column.bytes(), note: Type.Union([Type.String(), Type.Null()]) }),
  output: Type.Object({
    size: Type.Integer({ minimum: 0, maximum: 2 ** 40 }),
    camera: Type.String(),
    none: Type.String(),
  }),
  batch: { maxRows: 8, maxDelayMs: 20 },
  handler: (batch, context) =>
    batch.rows().map(({ image }, row) => ({
      size: image.byteLength,
      camera: context.header(row, 'X-Camera'),
      none: context.header(row, 'x-unlisted'),
    })),
})

const vectorOf4 = Type.Array(column.float32(), { minItems: 4, maxItems: 4 })

export const doubled = stage({
  name: 'doubled',
  input: Type.Object({ v: vectorOf4 }),
  output: Type.Object({ v: vectorOf4 }),
  batch: { maxRows: 4 },
  handler: (batch) => batch.rows().map(({ v }) => ({ v: v.map((value) => value * 2) })),
})

export const summed = stage({
  name: 'summed',
  input: Type.Object({ x: column.uint16(), weight: Type.Optional(Type.Number()) }),
  output: Type.Object({ x: column.int64(), isWeighted: Type.Boolean() }),
  handler: (batch) => batch.rows().map(({ x, weight }) => ({ x, isWeighted: weight !== null })),
})

export const bounded = stage({
  name: 'bounded',
  input: Type.Object({ x: column.uint8({ maximum: 100 }) }),
  output: Type.Object({ x: column.uint8() }),
  handler: (batch) => ({ x: batch.column('x') }),
})

const Kinds = Type.Object({
  text: Type.String(),
  flag: Type.Boolean(),
  number: Type.Number(),
  long: column.int64(),
  at: column.timestamp(),
  bytes: column.bytes(),
  list: Type.Array(Type.Number()),
  maybe: Type.Union([Type.Number(), Type.Null()]),
})

export const kinds = stage({ name: 'kinds', input: Kinds, output: Kinds, handler: (batch) => batch.rows() })

export const loose = stage({ name: 'loose', handler: (batch) => batch.rows() })

export const moved = stage({
  name: 'moved',
  input: Point,
  output: Point,
  batch: { maxRows: 2 },
  handler: (batch) => ({ x: batch.column('x').map((x) => x + 1) }),
})

/** Lines of `x=1`. */
const lines = codec({
  name: 'lines',
  mediaTypes: ['text/x-lines'],
  decode: (body, headers) => {
    const rows = Buffer.from(body).toString().split('\n')
    const factor = Number(headers['x-factor'] === '' ? 1 : headers['x-factor'])
    return rows.map((row) => {
      if (!row.startsWith('x=')) throw new Error(`a line begins with "${row.slice(0, 2)}"`)
      return { x: Number(row.slice(2)) * factor }
    })
  },
  encode: (rows: readonly { readonly x: number }[], { isSingle }) => {
    if (rows.some(({ x }) => x === 667)) throw new Error('the password is hunter2')
    return rows.map(({ x }) => `x=${x}`).join('\n') + (isSingle ? '.' : '')
  },
})

const page = codec({
  name: 'page',
  mediaTypes: ['text/html'],
  contentType: 'text/html; charset=utf-8',
  encode: (rows: readonly { readonly x: number }[]) => `<p>${rows.map(({ x }) => x).join()}</p>`,
})

export const painter = stage({
  name: 'painter',
  input: Image,
  output: Image,
  handler: (batch, context) => {
    context.reply(0, { status: 201, headers: { 'content-type': 'image/webp', 'x-made': 'yes' } })
    return { image: batch.column('image') }
  },
})

export default [
  endpoint('/echo', echo, { codecs: [json, arrow, rawBytes({ column: 'image' }), msgpack()] }),
  endpoint('/image', echo, {
    codecs: [rawBytes({ column: 'image', mediaTypes: ['image/*'], contentType: 'image/png' })],
    maxBodyBytes: 12 * 2 ** 20,
  }),
  endpoint('/described', described, { codecs: [json, rawBytes({ column: 'image' })], headers: ['X-Camera'] }),
  endpoint('/painter', painter, { codecs: [rawBytes({ column: 'image' })] }),
  endpoint('/doubled', doubled, { codecs: [json, rawBytes({ column: 'v' })] }),
  endpoint('/summed', summed, { codecs: [rawBytes({ column: 'x', output: 'x' }), json] }),
  endpoint('/bounded', bounded, { codecs: [rawBytes({ column: 'x' })] }),
  endpoint('/kinds', kinds, { codecs: [json, msgpack()] }),
  endpoint('/loose', loose, { codecs: [msgpack(), rawBytes({ column: 'body', mediaTypes: ['image/png'] })] }),
  endpoint('/moved', moved, { codecs: [json, lines, page], headers: ['x-factor'] }),
  endpoint('/plain', moved),
]
