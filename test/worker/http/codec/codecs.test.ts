import { decode, encode } from '@msgpack/msgpack'
import { encodeStream } from '@redesmyn/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchOf } from '../../../core/record-batch/arbitrary-batch.ts'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from '../serving/served-app.ts'

interface Sent {
  readonly status: number
  readonly type: string | null
  readonly bytes: Buffer
}

const octets = 'application/octet-stream'
const messages = 'application/msgpack'

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255)
}

/** Bytes inside come as what the body itself is, and a Buffer is not equal to a Uint8Array. */
function unpack(bytes: Uint8Array, options: { readonly useBigInt64?: boolean } = {}): unknown {
  return decode(new Uint8Array(bytes), options)
}

function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer)
}

describe.each(testedKinds)('codecs over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'codecs.ts', { maxBodyBytes: 12 * 2 ** 20 })
  })
  afterAll(() => app.stop())

  async function send(
    path: string,
    body: Uint8Array | string,
    type: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Sent> {
    const response = await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    return { status: response.status, type: response.headers.get('content-type'), bytes }
  }

  function errorOf({ status, bytes }: Sent): readonly unknown[] {
    const { error }: { error: { code: string; message: string } } = JSON.parse(bytes.toString())
    return [status, error.code, error.message]
  }

  test('M91 raw bytes of every size come back bit for bit', async () => {
    for (const size of [0, 1, 65_535, 65_536, 2 ** 20, 10 * 2 ** 20]) {
      const body = pattern(size)

      const { status, type, bytes } = await send('/echo', body, octets)

      expect([status, type, bytes.byteLength]).toEqual([200, octets, size])
      expect(bytes.compare(body)).toBe(0)
    }
  })

  test('M91 texts and bytes of every size come back through JSON, MessagePack and Arrow', async () => {
    for (const size of [0, 1, 65_535, 65_536, 2 ** 20, 7 * 2 ** 20]) {
      const image = pattern(size)
      const fields = [{ name: 'image', type: { kind: 'binary' }, isNullable: false }] as const
      const stream = Buffer.concat(encodeStream(batchOf({ fields, records: [{ image }] })))

      const text = await send(
        '/echo',
        JSON.stringify({ image: Buffer.from(image).toString('base64') }),
        'application/json',
      )
      const packed = await send('/echo', encode({ image }), messages)
      const columns = await send('/echo', stream, 'application/vnd.apache.arrow.stream', { accept: octets })

      const answered: { image: string } = JSON.parse(text.bytes.toString())
      const unpacked = decode(packed.bytes) as { image: Uint8Array }
      expect(Buffer.from(answered.image, 'base64').compare(image)).toBe(0)
      expect(Buffer.from(unpacked.image).compare(image)).toBe(0)
      expect(columns.bytes.compare(image)).toBe(0)
    }
  }, 60_000)

  test('many requests of raw bytes at once keep each its own answer', async () => {
    const bodies = Array.from({ length: 60 }, (_, index) => pattern(index * 5000).fill(index, 0, index))

    const answers = await Promise.all(bodies.map((body) => send('/echo', body, octets)))

    for (const [index, { bytes }] of answers.entries()) expect(bytes.compare(bodies[index])).toBe(0)
  })

  test('R053 a handler receives raw bytes and the headers that its endpoint lists', async () => {
    const answers = await Promise.all([
      send('/described', pattern(300), octets, { 'x-camera': 'front', 'x-unlisted': 'secret' }),
      send('/described', pattern(4), octets, { 'x-camera': 'réar' }),
      send('/described', pattern(5), octets),
      send('/described', '{"image":"AAAA","note":"a"}', 'application/json', { 'x-camera': 'json' }),
    ])

    expect(answers.map(({ type, bytes }) => [type, JSON.parse(bytes.toString())])).toEqual([
      ['application/json', { size: 300, camera: 'front', none: '' }],
      ['application/json', { size: 4, camera: 'réar', none: '' }],
      ['application/json', { size: 5, camera: '', none: '' }],
      ['application/json', { size: 3, camera: 'json', none: '' }],
    ])
  })

  test('M26 an answer has the content type that its codec declares, unless the handler chose one', async () => {
    const image = await send('/image', pattern(9), 'image/jpeg')
    const painted = await fetch(`${app.url}/painter`, {
      method: 'POST',
      headers: { 'content-type': octets },
      body: 'paint',
    })

    expect([image.type, image.bytes.byteLength]).toEqual(['image/png', 9])
    expect([painted.status, painted.headers.get('content-type'), painted.headers.get('x-made')]).toEqual([
      201,
      'image/webp',
      'yes',
    ])
    expect(await painted.text()).toBe('paint')
    expect((await send('/moved', 'x=1', 'text/x-lines', { accept: 'text/html' })).type).toBe('text/html; charset=utf-8')
  })

  test('numbers come as little-endian values, as many rows as the body has, and go back so', async () => {
    const one = await send('/doubled', floats(1, 2, 3, 4), octets)
    const many = await send('/doubled', floats(...Array.from({ length: 40 }, (_, index) => index)), octets)
    const large = await send('/doubled', floats(...Array.from({ length: 40_000 }, (_, index) => index)), octets)
    const cut = await send('/doubled', floats(1, 2, 3), octets)
    const none = await send('/doubled', '', octets)
    const odd = await send('/doubled', floats(Number.NaN, 1, 2, Number.POSITIVE_INFINITY), octets)

    expect(one.bytes.compare(floats(2, 4, 6, 8))).toBe(0)
    expect(many.bytes.compare(floats(...Array.from({ length: 40 }, (_, index) => index * 2)))).toBe(0)
    expect(large.bytes.compare(floats(...Array.from({ length: 40_000 }, (_, index) => index * 2)))).toBe(0)
    expect(errorOf(cut)).toEqual([400, 'BODY_MALFORMED', 'decoding error: a row is 16 bytes, the body has 12'])
    expect(errorOf(none)).toEqual([400, 'BODY_MALFORMED', 'no data provided'])
    expect(odd.bytes.compare(floats(Number.NaN, 2, 4, Number.POSITIVE_INFINITY))).toBe(0)
  })

  test('one body may be answered in another form, and columns that a body lacks are null', async () => {
    const body = new Uint8Array(Uint16Array.of(1, 65_535, 7).buffer)

    const raw = await send('/summed', body, octets)
    const asJson = await send('/summed', body, octets, { accept: 'application/json' })
    const fromJson = await send('/doubled', '[{"v":[1,2,3,4]},{"v":[5,6,7,8]}]', 'application/json', { accept: octets })

    expect(raw.bytes.compare(new Uint8Array(BigInt64Array.of(1n, 65_535n, 7n).buffer))).toBe(0)
    expect(JSON.parse(asJson.bytes.toString())).toMatchObject({
      predictions: [1, 65_535, 7].map((x) => ({ x, isWeighted: false })),
    })
    expect(fromJson.bytes.compare(floats(2, 4, 6, 8, 10, 12, 14, 16))).toBe(0)
  })

  test('M87 what breaks the schema is refused with the field, whatever the form of the body', async () => {
    const bounded = await send('/bounded', Uint8Array.of(1, 101), octets)
    const notBase64 = await send('/echo', '{"image":"nope!"}', 'application/json')
    const packed = await send('/moved', 'x=1\nx=one', 'text/x-lines')

    expect(errorOf(bounded)).toEqual([422, 'RECORD_INVALID', 'record 1: /x must be <= 100'])
    expect(errorOf(notBase64)).toEqual([
      422,
      'RECORD_INVALID',
      'record 0: /image must be base64 with padding, got another string',
    ])
    expect(errorOf(packed)).toEqual([422, 'RECORD_INVALID', 'record 1: /x must be number, got NaN'])
    expect((await send('/bounded', Uint8Array.of(1, 100), octets)).bytes).toEqual(Buffer.of(1, 100))
  })

  test('M86 MessagePack: one map is one record, an array is a list of them', async () => {
    const record = {
      text: 'a😀é',
      flag: true,
      number: 0.5,
      long: 2n ** 62n + 1n,
      at: 1_700_000_000_000,
      bytes: Uint8Array.of(0, 255),
      list: [1, 2.5],
      maybe: null,
    }
    const options = { useBigInt64: true }

    const one = await send('/kinds', encode(record, options), messages)
    const many = await send('/kinds', encode([record, { ...record, maybe: 4 }], options), 'application/x-msgpack')
    const none = await send('/kinds', encode([]), messages)
    const toJson = await send('/kinds', encode(record, options), messages, { accept: 'application/json' })

    expect([one.status, one.type]).toEqual([200, messages])
    expect(unpack(one.bytes, options)).toEqual(record)
    expect(unpack(many.bytes, options)).toEqual([record, { ...record, maybe: 4 }])
    expect(unpack(none.bytes)).toEqual([])
    expect(JSON.parse(toJson.bytes.toString())).toMatchObject({ long: '4611686018427387905', bytes: 'AP8=' })
  })

  test('M86 without schemas MessagePack keeps numbers, texts and bytes', async () => {
    const record = { a: 1, b: 'x', c: Uint8Array.of(1, 2), d: 0.5 }

    const { bytes } = await send('/loose', encode([record, record]), messages)
    const raw = await send('/loose', pattern(3), 'image/png', { accept: messages })

    expect(unpack(bytes)).toEqual([record, record])
    expect(unpack(raw.bytes)).toEqual({ body: pattern(3) })
  })

  test('M85 a codec of the user reads and writes, and sees the headers that are listed', async () => {
    const many = await send('/moved', 'x=1\nx=2\nx=3', 'text/x-lines; charset=utf-8', { 'x-factor': '10' })
    const fromJson = await send('/moved', '{"x":4}', 'application/json', { accept: 'text/x-lines' })
    const html = await send('/moved', '[{"x":1},{"x":2},{"x":3}]', 'application/json', {
      accept: 'text/html, application/json;q=0.5',
    })

    expect([many.type, many.bytes.toString()]).toEqual(['text/x-lines', 'x=11\nx=21\nx=31'])
    expect(fromJson.bytes.toString()).toBe('x=5.')
    expect(html.bytes.toString()).toBe('<p>2,3,4</p>')
  })

  test('M29 a decoding error tells its message, an encoding error only the log', async () => {
    const wrong = await send('/moved', 'y=1', 'text/x-lines')
    const broken = await send('/kinds', Uint8Array.of(0xc1), messages)
    const scalar = await send('/kinds', encode(5), messages)
    const secret = await send('/moved', 'x=666', 'text/x-lines')

    expect(errorOf(wrong)).toEqual([400, 'REQUEST_INVALID', 'bad request: decoding error: a line begins with "y="'])
    expect(errorOf(broken).slice(0, 2)).toEqual([400, 'REQUEST_INVALID'])
    expect(errorOf(scalar).slice(0, 2)).toEqual([400, 'REQUEST_INVALID'])
    expect(errorOf(secret)).toEqual([500, 'HANDLER_ERROR', 'internal error: the handler failed'])
    const log = await app.log()
    expect(JSON.stringify(log)).toContain('encoding error: the password is hunter2')
  })

  test('M21 a content type that no codec of the endpoint reads is refused', async () => {
    const text = await send('/image', 'x', 'text/plain')
    const asJson = await send('/image', '{}', 'application/json')
    const untyped = await fetch(`${app.url}/image`, { method: 'POST', body: new Uint8Array(pattern(3)) })
    const plain = await send('/plain', pattern(3), 'image/png')
    const onlyWritten = await send('/moved', 'x', 'text/x-unknown; charset=utf-16')

    expect(errorOf(text)).toEqual([
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      'no codec reads content type "text/plain", expected image/*',
    ])
    expect([asJson.status, untyped.status, plain.status, onlyWritten.status]).toEqual([415, 200, 415, 415])
  })

  test('bare bytes are the answer of one record', async () => {
    const two = await send('/echo', '[{"image":""},{"image":""}]', 'application/json', { accept: octets })
    const one = await send('/echo', '[{"image":"AAAA"}]', 'application/json', { accept: octets })

    expect(errorOf(two)).toEqual([
      400,
      'REQUEST_INVALID',
      "bad request: an answer of bare bytes is one record's, the request has 2",
    ])
    expect(one.bytes).toEqual(Buffer.of(0, 0, 0))
  })

  test('M92 unicode, deep and large JSON is what it was', async () => {
    const long = 'é😀\u2028"\\'.repeat(20_000)
    const record = { text: long, flag: true, number: -0.1, long: 1, at: 0, bytes: 'AAAA', maybe: null }
    const list = Array.from({ length: 50_000 }, (_, index) => index / 7)

    const { bytes } = await send('/kinds', JSON.stringify([{ ...record, list }]), 'application/json')

    const { predictions }: { predictions: unknown[] } = JSON.parse(bytes.toString())
    expect(predictions).toEqual([{ ...record, list }])
  })
})
