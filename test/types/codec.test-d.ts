import { arrow, codec, column, endpoint, json, rawBytes, stage } from '@redesmyn/core'
import { msgpack } from '@redesmyn/worker'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number(), note: Type.Optional(Type.String()) })
const Result = Type.Object({ y: Type.Number(), image: column.bytes() })
const served = stage({
  name: 'served',
  input: Point,
  output: Result,
  handler: (batch) => batch.rows().map(({ x }) => ({ y: x, image: new Uint8Array(1) })),
})

// Codecs that read any records go with every stage; those of the user must read its records and write its rows.
endpoint('/a', served, { codecs: [json, arrow, msgpack(), rawBytes({ column: 'x' })] })
endpoint('/a', served, {
  codecs: [
    codec({
      name: 'both',
      mediaTypes: ['text/x-both'],
      decode: (body) => [{ x: body.length }],
      encode: (rows: readonly { readonly y: number }[]) => rows.map(({ y }) => `${y}`).join(),
    }),
    codec({ name: 'read', mediaTypes: ['text/x-read'], decode: () => ({ x: 1, note: 'a' }) }),
    codec({ name: 'write', mediaTypes: ['text/x-write'], encode: (rows) => `${rows.length}` }),
    codec({ name: 'unchecked', mediaTypes: ['text/x-any'], decode: (body) => JSON.parse(body.toString()) }),
  ],
})
endpoint('/a', served, {
  // @ts-expect-error the records have another type
  codecs: [codec({ name: 'wrong', mediaTypes: ['text/x-wrong'], decode: () => ({ x: 'a' }) })],
})
const deep = codec({
  name: 'z',
  mediaTypes: ['a/b'],
  encode: (rows: readonly { readonly z: number }[]) => `${rows.length}`,
})
// @ts-expect-error the rows have no such column
endpoint('/a', served, { codecs: [deep] })
// @ts-expect-error an encoder gives bytes or a text
codec({ name: 'number', mediaTypes: ['a/b'], encode: (rows) => rows.length })
