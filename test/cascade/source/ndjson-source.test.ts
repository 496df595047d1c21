import { appendFile, open, truncate } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { column, compileRecordSchema, createRecordCheck, withoutAbsent } from '@redesmyn/core'
import * as fc from 'fast-check'
import { type TObject, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { ndjsonSource } from '../../../packages/cascade/dist/source/ndjson/ndjson-source.js'
import { fileOf, readFile, readPart } from './read-file.ts'

const Trip = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  fare: Type.Number({ minimum: 0 }),
  isPaid: Type.Optional(Type.Boolean()),
  tip: Type.Union([column.float32(), Type.Null()]),
  count: column.int16(),
  at: column.timestamp(),
  kind: Type.Union([Type.Literal('card'), Type.Literal('cash')]),
  tags: Type.Array(Type.String()),
  place: Type.Object({ x: Type.Number(), n: Type.Optional(column.uint64()) }),
  raw: Type.Optional(column.bytes()),
})
const good = {
  id: 1,
  name: 'a',
  fare: 1.5,
  isPaid: true,
  tip: 0.5,
  count: 3,
  at: 1700000000000,
  kind: 'card',
  tags: ['x', 'y'],
  place: { x: 1, n: 2 },
  raw: 'AQI=',
}
const Point = Type.Object({ x: Type.Number() })

test('rows come as the records of the lines are, in order', async () => {
  const second = { ...good, id: 2, name: 'ü"\\\n\u0001😀', isPaid: undefined, tip: null, tags: [], raw: undefined }
  const path = await fileOf(`${JSON.stringify(good)}\n${JSON.stringify(second, undefined, 1).replaceAll('\n', ' ')}\n`)

  const { rows, bad } = await readFile(ndjsonSource, path, Trip)

  expect(bad).toEqual([])
  expect(rows).toEqual([
    { ...good, id: 1n, raw: new Uint8Array([1, 2]), place: { x: 1, n: 2n } },
    { ...second, id: 2n, isPaid: null, raw: null, place: { x: 1, n: 2n } },
  ])
})

test('spaces, line ends of both kinds, a byte order mark and a missing last line end change nothing', async () => {
  const path = await fileOf('\ufeff{"x":1}\r\n \t\n\n{ "x" : 2 , "y" : [ { "z" : "\\u00e9" } , null ] }\r\n{"x":3}')

  const { rows, bad, blocks } = await readFile(ndjsonSource, path, Point)

  expect(rows).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }])
  expect(bad).toEqual([])
  expect(blocks).toMatchObject([{ firstRow: 0, readRows: 3 }])
})

test('an empty file has no rows', async () => {
  for (const content of ['', '\n\n', '\ufeff', '  ']) {
    const { rows, bad, blocks } = await readFile(ndjsonSource, await fileOf(content), Point)

    expect({ rows, bad, blocks }, JSON.stringify(content)).toEqual({ rows: [], bad: [], blocks: [] })
  }
})

const badLines: readonly [line: string, message: string][] = [
  ['{"x":1', 'expected a JSON object, got '],
  ['{"x":01}', 'expected a JSON object, got '],
  ['{"x":1}}', 'expected a JSON object, got '],
  ['{"x":1} {"x":2}', 'expected a JSON object, got '],
  ['{"x":1,}', 'expected a JSON object, got '],
  ['{"x":1 "y":2}', 'expected a JSON object, got '],
  ['{"x":+1}', 'expected a JSON object, got '],
  ['{"x":1.}', 'expected a JSON object, got '],
  ['{"x":1e}', 'expected a JSON object, got '],
  ['{"x":1,"y":"\\x"}', 'expected a JSON object, got '],
  ['{"x":1,"y":"\t"}', 'expected a JSON object, got '],
  ['{"x":1,"y":tru}', 'expected a JSON object, got '],
  ['{"x":1,y:2}', 'expected a JSON object, got '],
  ['{"x":1\0}', 'expected a JSON object, got '],
  ['\ufeff{"x":1}', 'expected a JSON object, got '],
  ['null', 'expected a JSON object, got null'],
  ['[{"x":1}]', 'expected a JSON object, got an array'],
  ['7', 'expected a JSON object, got a number'],
  ['{}', "/x: cannot find key 'x'"],
  ['{"x":"1"}', '/x must be number, got string'],
  ['{"x":null}', '/x must be number, got null'],
  ['{"x":1e999}', '/x must be number, got Infinity'],
  ['{"x":[1]}', '/x must be number, got array'],
]

test('C37 a bad line is kept as it stands, with its row and what was expected, and stops no good one', async () => {
  const lines = badLines.flatMap(([line], index) => [`{"x":${index}}`, line])
  const path = await fileOf(`${lines.join('\n')}\n`)

  const { rows, bad } = await readFile(ndjsonSource, path, Point)

  expect(rows).toEqual(badLines.map((_, index) => ({ x: index })))
  expect(bad.map(({ row }) => row)).toEqual(badLines.map((_, index) => index * 2 + 1))
  expect(bad.map(({ text }) => Buffer.from(text, 'latin1').toString())).toEqual(badLines.map(([line]) => line))
  for (const [index, [line, message]] of badLines.entries()) expect(bad[index].message, line).toContain(message)
})

test('bytes that are not UTF-8 cost their own line', async () => {
  const path = await fileOf(
    Buffer.concat([Buffer.from('{"x":1}\n{"x":2,"y":"'), Buffer.from([0xff]), Buffer.from('"}\n{"x":3}\n')]),
  )

  const { rows, bad } = await readFile(ndjsonSource, path, Point)

  expect(rows).toEqual([{ x: 1 }, { x: 3 }])
  expect(bad).toMatchObject([
    {
      row: 1,
      code: 'BODY_MALFORMED',
      message: 'expected a JSON object, got bytes that are not UTF-8, from byte 12 of the line on',
    },
  ])
})

const numbers = [
  '0',
  '-0',
  '1',
  '-1',
  '0.1',
  '1.0',
  '1e3',
  '1E-7',
  '123456789012345',
  '1234567890123456789',
  '9007199254740993',
  '-9223372036854775808',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '0.30000000000000004',
  '2.2250738585072011e-308',
  '5e-324',
  '1.7976931348623157e308',
  '40.12345678901234567890',
  '0.000000000000000000000000000001',
  '123456789012345678901234567890.5',
  '3.4028234663852886e38',
  '3.5e38',
  '127',
  '128',
  '-129',
  '255',
  '256',
  '"7"',
  '"-7"',
  '"07"',
  'null',
  'true',
  '""',
] as const

test('numbers are what JSON.parse and the schema make of them, to the last digit', async () => {
  const columns = {
    float64: Type.Number(),
    float32: column.float32(),
    int8: column.int8(),
    uint8: column.uint8(),
    int32: column.int32(),
    integer: Type.Integer(),
    safe: Type.Integer({ minimum: -5, maximum: 200 }),
    int64: column.int64(),
    uint64: column.uint64(),
    timestamp: column.timestamp(),
    even: Type.Integer({ multipleOf: 2 }),
    above: Type.Number({ exclusiveMinimum: 0 }),
  }
  for (const [name, type] of Object.entries(columns)) {
    const schema = Type.Object({ v: type })
    const check = createRecordCheck(compileRecordSchema(schema, 'test'), Compile, { coerce: false })
    // A number that is exact as a double says whether the literal is valid; longer ones are exact as bigints.
    const isBig = (text: string) => /^-?\d{16,}$/.test(text) && ['integer', 'int64', 'uint64', 'even'].includes(name)
    const parsed = numbers.map((text) => (isBig(text) ? BigInt(text) : (JSON.parse(text) as unknown)))
    const path = await fileOf(numbers.map((text) => `{"v":${text}}\n`).join(''))

    const { rows, bad } = await readFile(ndjsonSource, path, schema)

    const valid = parsed.filter((v) => check.isValid({ v }))
    const view = new Float32Array(1)
    const expected = valid.map((v) => {
      if (name === 'float32') return view.fill(Number(v))[0]
      return ['integer', 'int64', 'uint64', 'even'].includes(name)
        ? BigInt(v as number)
        : v === 0 && name !== 'float64'
          ? 0
          : v
    })
    expect(
      rows.map(({ v }) => v),
      name,
    ).toEqual(expected)
    expect(rows.length + bad.length, name).toBe(numbers.length)
  }
})

test('any JSON is read as JSON.parse and the schema read it', async () => {
  const value = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constantFrom(null, [], {}, ['x'], { x: 1 }, { x: 0.5, n: '18446744073709551615' }, 'card', 'AQI=', 1e12, 7, -0),
  )
  const record = fc
    .record(Object.fromEntries(Object.keys(good).map((key) => [key, fc.option(value, { nil: undefined, freq: 12 })])))
    .chain((noise) =>
      fc.subarray(Object.keys(good), { minLength: 0, maxLength: 3 }).map((keys) => {
        const changed = Object.fromEntries(keys.map((key) => [key, noise[key]]))
        return { ...good, ...changed }
      }),
    )
  const check = createRecordCheck(compileRecordSchema(Trip, 'test'), Compile, { coerce: false })
  const accepts = (parsed: unknown) =>
    check.isValid(parsed) || check.isValid(withoutAbsent(parsed as Record<string, unknown>, Trip))
  const lines = fc.array(fc.tuple(record, fc.nat(40), fc.constantFrom('', '', '', '"', '}', ',', ' ', '\\', '1', '\0')))
  await fc.assert(
    fc.asyncProperty(lines, async (drafts) => {
      const texts = drafts.map(([one, place, insert]) => {
        const text = JSON.stringify(one)
        return insert === '' ? text : text.slice(0, place) + insert + text.slice(place)
      })
      const path = await fileOf(texts.join('\n'))

      const { rows, bad } = await readFile(ndjsonSource, path, Trip)

      const expected = texts.filter((text) => isValid(text, accepts))
      expect(rows.map(({ name, tags }) => ({ name, tags }))).toEqual(
        expected.map((text) => {
          const { name, tags } = JSON.parse(text) as typeof good
          return { name: wellFormed(name), tags: tags.map(wellFormed) }
        }),
      )
      expect(bad.map(({ text }) => Buffer.from(text, 'latin1').toString())).toEqual(
        texts.filter((text) => !expected.includes(text)).map(wellFormed),
      )
    }),
    { numRuns: 150 },
  )
})

/** Lone surrogates have no bytes. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

function isValid(text: string, check: (value: unknown) => boolean): boolean {
  try {
    return check(JSON.parse(text))
  } catch {
    return false
  }
}

test('keys come in any order, twice, unknown and with escapes as in JSON.parse', async () => {
  const schema = Type.Object({ a: Type.Number(), b: Type.Optional(Type.String()) })
  const path = await fileOf(
    [
      '{"a":1,"b":"x"}',
      '{"b":"y","a":2}',
      '{"a":1,"a":3}',
      '{"\\u0061":4}',
      '{"c":{"a":9},"a":5,"é":1}',
      '{"a":6}',
    ].join('\n'),
  )

  const { rows } = await readFile(ndjsonSource, path, schema)

  expect(rows).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: 'y' },
    { a: 3, b: null },
    { a: 4, b: null },
    { a: 5, b: null },
    { a: 6, b: null },
  ])
})

test('a null stands for a member that may be missing', async () => {
  const schema = Type.Object({
    a: Type.Number(),
    b: Type.Optional(Type.Number()),
    c: Type.Optional(Type.Array(Type.String())),
  })

  const { rows, bad } = await readFile(ndjsonSource, await fileOf('{"a":1,"b":null,"c":null}\n{"a":null}\n'), schema)

  expect(rows).toEqual([{ a: 1, b: null, c: null }])
  expect(bad).toMatchObject([{ message: '/a must be number, got null' }])
})

test('a strict schema refuses keys that it does not name, and one across fields is asked', async () => {
  const strict = Type.Object({ a: Type.Number() }, { additionalProperties: false })
  const ordered = Type.Refine(Type.Object({ a: Type.Number(), b: Type.Number() }), ({ a, b }) => a < b)
  const path = await fileOf('{"a":1}\n{"a":1,"b":2}\n{"a":2,"b":1}\n')

  const first = await readFile(ndjsonSource, path, strict)
  const second = await readFile(ndjsonSource, path, ordered as unknown as TObject)

  expect(first.rows).toEqual([{ a: 1 }])
  expect(first.bad[0].message).toBe("/b: unexpected key 'b'")
  expect(second.rows).toEqual([{ a: 1, b: 2 }])
})

test('every split gives the same rows', async () => {
  const lines = Array.from({ length: 300 }, (_, index) => (index % 7 === 3 ? 'x'.repeat(index) : `{"x":${index}}`))
  const path = await fileOf(lines.join('\r\n'))
  const whole = await readFile(ndjsonSource, path, Point)

  for (const partBytes of [61, 64, 100, 1000, 5000]) {
    const split = await readFile(ndjsonSource, path, Point, { partBytes })

    expect(split.rows, String(partBytes)).toEqual(whole.rows)
    expect(split.bad.map(({ text }) => text)).toEqual(whole.bad.map(({ text }) => text))
  }
})

test('blocks end at multiples of the batch, counting bad rows, and hold no more bytes than they may', async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => (index % 10 === 0 ? '{' : `{"s":"${'y'.repeat(index)}"}`))
  const path = await fileOf(lines.join('\n'))
  const schema = Type.Object({ s: Type.String() })

  const { blocks, rows, bad } = await readFile(ndjsonSource, path, schema, { batchRows: 100, batchBytes: 20_000 })

  expect(rows.map(({ s }) => String(s).length)).toEqual(lines.flatMap((_, index) => (index % 10 === 0 ? [] : [index])))
  expect(bad).toHaveLength(100)
  let next = 0
  for (const { firstRow, readRows, byteLength } of blocks) {
    expect(firstRow).toBe(next)
    expect(Math.floor(firstRow / 100)).toBe(Math.floor((firstRow + readRows - 1) / 100))
    expect(byteLength).toBeLessThanOrEqual(20_000)
    next += readRows
  }
  expect(next).toBe(1000)
  expect(blocks.slice(0, 2)).toMatchObject([
    { readRows: 100 },
    { readRows: expect.toSatisfy((rows: number) => rows > 50) },
  ])
})

test('rows of a byte and of megabytes go together, a block of its own where one is too large', async () => {
  const sizes = [1, 3_000_000, 2, 1, 5_000_000, 20_000_000, 1]
  const path = await fileOf(sizes.map((size) => `{"s":"${'y'.repeat(size)}"}\n`).join(''))
  const schema = Type.Object({ s: Type.String() })

  const { rows, blocks } = await readFile(ndjsonSource, path, schema, { batchBytes: 6_000_000 })

  expect(rows.map(({ s }) => String(s).length)).toEqual(sizes)
  expect(blocks.every(({ readRows, byteLength }) => readRows === 1 || byteLength <= 6_000_000)).toBe(true)
  expect(blocks.map(({ readRows }) => readRows)).toEqual([4, 1, 1, 1])
})

test('a record beyond 64 MiB is rejected with its beginning, and the next ones are read', async () => {
  const path = await fileOf('{"x":1}\n')
  const file = await open(path, 'a')
  await file.write(`{"x":2,"y":"${'z'.repeat(70 * 1024 * 1024)}"}\n{"x":3}\n`)
  await file.close()

  const { rows, bad } = await readFile(ndjsonSource, path, Point)

  expect(rows).toEqual([{ x: 1 }, { x: 3 }])
  expect(bad).toMatchObject([
    { row: 1, message: expect.stringContaining('expected a record of at most 67108864 bytes') },
  ])
  expect(bad[0].text).toHaveLength(64 * 1024)
})

test('C22 gzip is read as what it holds, in one part', async () => {
  const text = Array.from({ length: 5000 }, (_, index) => `{"x":${index}}\n`).join('')
  const path = await fileOf(Buffer.concat([gzipSync(text), gzipSync('{"x":-1}\n')]), 'rows.ndjson.gz')

  const { rows } = await readFile(ndjsonSource, path, Point, { partBytes: 100 })

  expect(rows).toHaveLength(5001)
  expect(rows.at(-1)).toEqual({ x: -1 })
})

test('a gzip file that ends too early is told with its name and the place', async () => {
  const text = Array.from({ length: 5000 }, (_, index) => `{"x":${index * Math.PI}}\n`).join('')
  const path = await fileOf(gzipSync(text), 'rows.ndjson.gz')
  await truncate(path, 1000)

  const read = readFile(ndjsonSource, path, Point)

  await expect(read).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: `file "${path}" cannot be read from byte 1000 on: unexpected end of file`,
  })
})

test('a file that is not there, or is a folder, is told with its name', async () => {
  await expect(readFile(ndjsonSource, '/nowhere/x.ndjson', Point)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  await expect(readFile(ndjsonSource, '/tmp', Point)).rejects.toMatchObject({
    message: 'file "/tmp" cannot be read: expected a file, got a folder',
  })
})

test('an abort ends a part with its reason', async () => {
  const path = await fileOf('{"x":1}\n')
  const range = { kind: 'bytes', start: 0, end: 8, firstRow: undefined, rowCount: undefined } as const

  const read = readPart(ndjsonSource, path, Point, range, { signal: AbortSignal.abort(new Error('enough')) })

  await expect(read).rejects.toThrow('enough')
})

test('what grows while it is read ends with the part', async () => {
  const path = await fileOf('{"x":1}\n{"x":2}\n')
  const facts = await ndjsonSource.describe(path, {})
  const [range] = ndjsonSource.split(facts, { partRows: 1, partBytes: 1000 })
  await appendFile(path, '{"x":3}\n')

  const { rows } = await readPart(ndjsonSource, path, Point, range)

  expect(rows).toEqual([{ x: 1 }, { x: 2 }])
})

test('of a record that is longer than others it is told how much is kept, before more is read, and when it is through', async () => {
  const mebibyte = 2 ** 20
  const lines = [1, 6 * mebibyte, 1, 2 * mebibyte].map((length) => `${JSON.stringify({ text: 'x'.repeat(length) })}\n`)
  const held: number[] = []
  const hold = async (byteLength: number): Promise<void> => void held.push(byteLength)

  const { rows } = await readFile(ndjsonSource, await fileOf(lines.join('')), Type.Object({ text: Type.String() }), {
    hold,
  })

  expect(rows.map(({ text }) => String(text).length)).toEqual([1, 6 * mebibyte, 1, 2 * mebibyte])
  expect(held.map((byteLength) => Math.ceil(byteLength / mebibyte))).toEqual([5, 6, 0])
})
