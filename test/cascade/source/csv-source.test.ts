import { gzipSync } from 'node:zlib'
import { column } from '@redesmyn/core'
import * as fc from 'fast-check'
import { type TObject, Type } from 'typebox'
import { expect, test } from 'vitest'
import { csvSource } from '../../../packages/cascade/dist/source/csv/csv-source.js'
import { fileOf, readFile } from './read-file.ts'

const Pair = Type.Object({ a: Type.Number(), b: Type.Union([Type.String(), Type.Null()]) })

async function readText(text: string | Uint8Array, schema: TObject, options = {}) {
  return await readFile(csvSource, await fileOf(text), schema, options)
}

test('values are read by the types of their columns', async () => {
  const schema = Type.Object({
    id: Type.Integer(),
    count: column.int16(),
    fare: Type.Number(),
    isPaid: Type.Boolean(),
    at: column.timestamp(),
    tags: Type.Array(Type.String()),
    raw: column.bytes(),
    place: Type.Object({ x: Type.Number(), n: column.uint64() }),
    kind: Type.Union([Type.Literal('card'), Type.Literal('cash')]),
    name: Type.String(),
  })
  const text = [
    'name,id,count,fare,isPaid,at,tags,raw,place,kind',
    'a,9007199254740993,-5,1.25,true,2024-02-29T12:30:59.5+01:00,"[""x"",""y""]",AQI=,"{""x"":1,""n"":18446744073709551615}",card',
    '"b","12"," 7 ",1e3,FALSE,2024-02-29,[],,"{""x"":.5,""n"":1}",cash',
    '"b, ""c"" ü\n",12,+7,.5,False,1700000000000,[],"","{""x"":0.5,""n"":""1""}","cash"',
  ].join('\r\n')

  const { rows, bad } = await readText(text, schema)

  expect(bad).toMatchObject([
    { row: 1, code: 'RECORD_INVALID', message: '/place must be JSON, got "{\\"x\\":.5,\\"n\\":1}"' },
  ])
  const at = Date.parse('2024-02-29T11:30:59.500Z')
  expect(rows).toEqual([
    {
      id: 9007199254740993n,
      count: -5,
      fare: 1.25,
      isPaid: true,
      at,
      tags: ['x', 'y'],
      raw: new Uint8Array([1, 2]),
      place: { x: 1, n: 18446744073709551615n },
      kind: 'card',
      name: 'a',
    },
    {
      id: 12n,
      count: 7,
      fare: 0.5,
      isPaid: false,
      at: 1700000000000,
      tags: [],
      raw: new Uint8Array(0),
      place: { x: 0.5, n: 1n },
      kind: 'cash',
      name: 'b, "c" ü\n',
    },
  ])
})

test('an empty value is null, an empty text in quotes is a text, and the texts that mean null are null', async () => {
  const schema = Type.Object({
    a: Type.Optional(Type.Number()),
    b: Type.Union([Type.String(), Type.Null()]),
    c: Type.String(),
  })

  const { rows, bad } = await readText('a,b,c\n,,\nNA,NA,NA\n"","",""\n1,"NA",-\n', schema, {
    options: { nullTexts: ['NA', '-'] },
  })

  expect(rows).toEqual([
    { a: null, b: null, c: '' },
    { a: null, b: '', c: '' },
  ])
  expect(bad.map(({ row, message }) => [row, message])).toEqual([
    [1, '/c must be there, got "NA", which means null'],
    [3, '/c must be there, got "-", which means null'],
  ])
})

test('columns are found by the header, in any order; those that may be missing are null', async () => {
  const schema = Type.Object({ a: Type.Number(), z: Type.Optional(Type.Number()) })

  const { rows } = await readText('x,"a",y\n1,2,"3\n4"\n,5,\n', schema)

  expect(rows).toEqual([
    { a: 2, z: null },
    { a: 5, z: null },
  ])
})

test('without a header columns come in the order of the schema, and other delimiters do', async () => {
  for (const delimiter of [';', '\t', '|', ' ']) {
    const { rows, bad } = await readText(`1${delimiter}x,y\n2${delimiter}"q${delimiter}"`, Pair, {
      options: { delimiter, header: false },
    })

    expect(bad).toEqual([])
    expect(rows).toEqual([
      { a: 1, b: 'x,y' },
      { a: 2, b: `q${delimiter}` },
    ])
  }
})

test('files that are named so have tabs', async () => {
  const path = await fileOf('a\tb\n1\tx,y\n', 'rows.tsv')

  const { rows } = await readFile(csvSource, path, Pair)

  expect(rows).toEqual([{ a: 1, b: 'x,y' }])
})

test('a delimiter that is none is refused before anything is read', async () => {
  for (const delimiter of ['', ',,', '"', '\n', 'é']) {
    await expect(csvSource.describe('/nowhere', { delimiter })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  }
})

test('a header that lacks a column is told with the file and what the header has', async () => {
  const path = await fileOf('a,c\n1,2\n')

  await expect(readFile(csvSource, path, Pair)).resolves.toMatchObject({ rows: [{ a: 1, b: null }] })
  await expect(readFile(csvSource, path, Type.Object({ b: Type.Number() }))).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    message: `file "${path}" has no column "b", expected one; its header is "a", "c"`,
  })
})

const badRecords: readonly [record: string, message: string][] = [
  ['1', 'expected 2 values, got 1'],
  ['1,2,3', 'expected 2 values, got 3'],
  ['one,2', '/a must be a number, got "one"'],
  [',2', '/a must be there, got none'],
  ['1e999,2', '/a must be number, got Infinity'],
  ['1,"x"y', 'value 2: expected a delimiter behind the closing quote, got "y"'],
  ['1,"x', 'value 2: expected a closing quote, got the end of the line'],
  ['"1,x', 'value 1: expected a closing quote, got the end of the line'],
  ['1\0,2', '/a must be a number, got "1\\u0000"'],
]

test('a bad record is kept as it stands, with its row and what was expected, and stops no good one', async () => {
  const lines = badRecords.flatMap(([record], index) => [`${index},x`, record])

  const { rows, bad } = await readText(`a,b\r\n${lines.join('\r\n')}\r\n9,"y"\r\n`, Pair)

  expect(rows).toEqual([...badRecords.map((_, index) => ({ a: index, b: 'x' })), { a: 9, b: 'y' }])
  expect(bad.map(({ row, text, message }) => [row, text, message])).toEqual(
    badRecords.map(([record, message], index) => [index * 2 + 1, record, message]),
  )
})

test('a quote that nobody closes costs its own line, wherever the next quote is', async () => {
  for (const rest of ['', '"q"', 'q"z']) {
    const { rows, bad } = await readText(`a,b\n1,x\n2,"oops\n3,y\n4,${rest}`, Pair)

    expect(rows).toEqual([
      { a: 1, b: 'x' },
      { a: 3, b: 'y' },
      { a: 4, b: rest === '' ? null : rest.replace(/^"(.*)"$/, '$1') },
    ])
    expect(bad).toMatchObject([{ row: 1, text: '2,"oops' }])
  }
})

test('quotes inside a text that does not begin with one are text', async () => {
  const { rows } = await readText('a,b\n1,5" pipe\n2,x"y"\n', Pair)

  expect(rows).toEqual([
    { a: 1, b: '5" pipe' },
    { a: 2, b: 'x"y"' },
  ])
})

test('an empty line is no record, but where a record has one value', async () => {
  const one = Type.Object({ b: Type.Union([Type.String(), Type.Null()]) })

  const pairs = await readText('\ufeffa,b\n\n1,x\n\r\n2,y', Pair)
  const ones = await readText('b\nx\n\n""\n', one)

  expect(pairs.rows).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: 'y' },
  ])
  expect(ones.rows).toEqual([{ b: 'x' }, { b: null }, { b: '' }])
})

test('an empty file and one with nothing but a header have no rows', async () => {
  for (const text of ['', 'a,b', 'a,b\n', '\ufeffa,b\r\n\r\n']) {
    const { rows, bad, blocks } = await readText(text, Pair)

    expect({ rows, bad, blocks }, JSON.stringify(text)).toEqual({ rows: [], bad: [], blocks: [] })
  }
})

test('bytes that are not UTF-8 cost their own record', async () => {
  const { rows, bad } = await readText(Buffer.from('a,b\n1,x\n2,\xff\n3,\u00c3\u00bc\n', 'latin1'), Pair)

  expect(rows).toEqual([
    { a: 1, b: 'x' },
    { a: 3, b: 'ü' },
  ])
  expect(bad).toMatchObject([{ row: 1, text: '2,\xff', message: 'expected UTF-8, got other bytes' }])
})

test('times that are none are refused, and days are counted as the calendar has them', async () => {
  const schema = Type.Object({ at: column.timestamp(), x: Type.Optional(Type.String()) })
  const times = [
    '1969-12-31T23:59:59.999Z',
    '2000-02-29 00:00',
    '0001-01-01',
    '9999-12-31T23:59:59Z',
    '2024-03-01T00:00:00.123456-0530',
  ]
  const wrong = [
    '2023-02-29',
    '2024-13-01',
    '2024-00-01',
    '2024-01-01T24:00',
    '2024-01-01T1:00',
    '2024-01-01T10:61',
    '24-01-01',
    '2024-01-01Tx',
    '2024-01-01T10:00+25:00',
  ]

  const { rows, bad } = await readText(`at,x\n${[...times, ...wrong].join(',\n')},\n`, schema)

  expect(rows.map(({ at }) => new Date(Number(at)).toISOString())).toEqual([
    '1969-12-31T23:59:59.999Z',
    '2000-02-29T00:00:00.000Z',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.000Z',
    '2024-03-01T05:30:00.123Z',
  ])
  expect(bad.map(({ text }) => text)).toEqual(wrong.map((text) => `${text},`))
})

test('C22 compressed CSV is read as what it holds', async () => {
  const text = `a,b\n${Array.from({ length: 3000 }, (_, index) => `${index},"x\n${index}"\n`).join('')}`

  const { rows } = await readFile(csvSource, await fileOf(gzipSync(text)), Pair, { partBytes: 100 })

  expect(rows).toHaveLength(3000)
  expect(rows[2999]).toEqual({ a: 2999, b: 'x\n2999' })
})

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.integer().map(String) },
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom('a', 'é', ' ', '.', '1') }) },
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '\n', ',', '""', '\r\n', 'é') }).map((text) => `"${text}"`),
  },
)
const wellFormed = fc.array(
  fc.tuple(fc.integer().map(String), cell).map((cells) => cells.join(',')),
  { maxLength: 60 },
)
const anything = fc.array(
  fc.string({ unit: fc.constantFrom('1', 'a', '"', ',', '\n', '\r\n', 'é', '""', ',"', '",'), maxLength: 12 }),
  { maxLength: 40 },
)

test('C20 parts of CSV give the rows of a single scan, wherever they are cut and however quotes stand', async () => {
  const files = fc.tuple(
    fc.oneof(wellFormed, anything),
    fc.constantFrom('\n', '\r\n'),
    fc.integer({ min: 3, max: 90 }),
    fc.boolean(),
  )
  await fc.assert(
    fc.asyncProperty(files, async ([records, lineEnd, partBytes, isNoted]) => {
      const path = await fileOf(`a,b${lineEnd}${records.join(lineEnd)}`)
      const notes = isNoted ? { recordStarts: new Map<string, number>() } : undefined

      const whole = await readFile(csvSource, path, Pair)
      const split = await readFile(csvSource, path, Pair, { partBytes, batchRows: 100, ...(notes && { notes }) })

      expect(split.rows).toEqual(whole.rows)
      expect(split.bad.map(({ text, message }) => [text, message])).toEqual(
        whole.bad.map(({ text, message }) => [text, message]),
      )
    }),
    { numRuns: 200 },
  )
}, 60_000)

test('C20 parts of a megabyte give the rows of a single scan of a file of several, with quotes and without', async () => {
  for (const text of ['plain', '"quoted, ""twice""\r\nover two lines"']) {
    const records = Array.from(
      { length: 100_000 },
      (_, index) => `${index},${index % 3 === 0 ? text : 'abcdefghijklmnopqrstuvwxyz'}`,
    )
    const path = await fileOf(`a,b\r\n${records.join('\r\n')}\r\n`)
    const notes = { recordStarts: new Map<string, number>() }

    const whole = await readFile(csvSource, path, Pair)
    const split = await readFile(csvSource, path, Pair, { partBytes: 1_000_000, notes })

    expect(whole.rows).toHaveLength(100_000)
    expect(whole.rows[3]).toEqual({ a: 3, b: text.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"') })
    expect(split.rows).toEqual(whole.rows)
  }
})
