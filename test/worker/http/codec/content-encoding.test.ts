import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from '../serving/served-app.ts'

interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

const mebibyte = 2 ** 20

/** By node:http, which leaves answers as they came. */
function post(url: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } })
    request.on('error', reject)
    request.on('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(pieces) })
      })
    })
    request.end(body)
  })
}

function textBody(length: number): { readonly text: string; readonly body: Buffer } {
  const text = Array.from({ length: length / 4 }, (_, index) => String((index * 7919) % 9973).padStart(4)).join('')
  return { text, body: Buffer.from(JSON.stringify({ text })) }
}

function errorOf({ status, bytes }: Got): readonly unknown[] {
  const { error }: { error: { code: string; message: string } } = JSON.parse(bytes.toString())
  return [status, error.code]
}

function zstd(bytes: Uint8Array): Buffer | undefined {
  const library: object = zlib
  if (!('zstdCompressSync' in library) || typeof library.zstdCompressSync !== 'function') return undefined
  return library.zstdCompressSync(bytes)
}

describe.each(testedKinds)('content-encoding over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'compressed.ts', { maxBodyBytes: 4 * mebibyte })
  })
  afterAll(() => app.stop())

  test('M133 bodies are read as they were before they were compressed, small and large', async () => {
    for (const length of [40, 4000, 400_000, 2 * mebibyte]) {
      const { text, body } = textBody(length)
      const sent = [
        ['gzip', gzipSync(body)],
        ['x-gzip', gzipSync(body)],
        ['GZIP', gzipSync(body)],
        ['deflate', deflateSync(body)],
        ['deflate', deflateRawSync(body)],
        ['br', brotliCompressSync(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })],
        ['identity', body],
      ] as const
      for (const [coding, packed] of sent) {
        const { status, headers, bytes } = await post(`${app.url}/plain`, packed, { 'content-encoding': coding })

        expect([coding, status, headers['content-encoding']]).toEqual([coding, 200, undefined])
        expect(JSON.parse(bytes.toString()).text === text).toBe(true)
      }
    }
  }, 60_000)

  test('M133 zstd is read where node has it, and refused where it has not', async () => {
    const { body } = textBody(4000)
    const packed = zstd(body)

    const { status } = await post(`${app.url}/plain`, packed ?? body, { 'content-encoding': 'zstd' })

    expect(status).toBe(packed === undefined ? 415 : 200)
  })

  test('M133 an encoding that nothing reads is 415, a corrupt or cut body 400', async () => {
    const { body } = textBody(4000)
    const packed = gzipSync(body)
    const large = gzipSync(Buffer.from(JSON.stringify({ text: Buffer.alloc(400_000, 'x').toString() })), { level: 0 })
    const corrupt = Buffer.from(packed).fill(0xff, 20, 60)

    for (const coding of ['compress', 'gzip, br', 'nonsense']) {
      expect(errorOf(await post(`${app.url}/plain`, packed, { 'content-encoding': coding }))).toEqual([
        415,
        'MEDIA_TYPE_UNSUPPORTED',
      ])
    }
    for (const [coding, bytes] of [
      ['gzip', corrupt],
      ['gzip', packed.subarray(0, -20)],
      ['gzip', large.subarray(0, -20)],
      ['gzip', body],
      ['br', packed],
      ['deflate', packed],
    ] as const) {
      expect(errorOf(await post(`${app.url}/plain`, bytes, { 'content-encoding': coding }))).toEqual([
        400,
        'BODY_MALFORMED',
      ])
    }
    const empty = await post(`${app.url}/plain`, Buffer.alloc(0), { 'content-encoding': 'gzip' })
    expect(errorOf(empty)).toEqual([400, 'BODY_MALFORMED'])
  })

  test('M133 a body is bounded after it is decompressed, and a bomb takes no more memory than that', async () => {
    const bomb = gzipSync(Buffer.alloc(512 * mebibyte), { level: 1 })
    const brotliBomb = brotliCompressSync(Buffer.alloc(64 * mebibyte), {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
    })
    const small = gzipSync(JSON.stringify({ text: 'x'.repeat(2000) }))
    const before = process.memoryUsage.rss()

    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => post(`${app.url}/plain`, bomb, { 'content-encoding': 'gzip' })),
      post(`${app.url}/plain`, brotliBomb, { 'content-encoding': 'br' }),
      post(`${app.url}/small`, small, { 'content-encoding': 'gzip' }),
    ])

    for (const answer of answers) expect(errorOf(answer)).toEqual([413, 'BODY_TOO_LARGE'])
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * mebibyte)
  }, 60_000)

  test('M133 answers are compressed where that is enabled and the client takes it', async () => {
    const { text, body } = textBody(4000)
    const { text: long, body: longBody } = textBody(400_000)
    const ask = (path: string, sent: Uint8Array, accepted: string): Promise<Got> =>
      post(`${app.url}${path}`, sent, { 'accept-encoding': accepted })

    const gzip = await ask('/packed', body, 'gzip, deflate')
    const brotli = await ask('/packed', body, 'gzip;q=0.5, br;q=0.8, identity;q=0.1')
    const deflate = await ask('/packed', body, 'deflate')
    const large = await ask('/packed', longBody, 'gzip')
    const any = await ask('/packed', body, '*')
    const none = await ask('/packed', body, 'gzip;q=0, compress')
    const short = await ask('/packed', textBody(40).body, 'gzip')
    const off = await ask('/plain', body, 'gzip')

    expect([gzip, brotli, deflate, large].map(({ headers }) => headers['content-encoding'])).toEqual([
      'gzip',
      'br',
      'deflate',
      'gzip',
    ])
    expect(JSON.parse(gunzipSync(gzip.bytes).toString())).toEqual({ text })
    expect(JSON.parse(brotliDecompressSync(brotli.bytes).toString())).toEqual({ text })
    expect(JSON.parse(inflateSync(deflate.bytes).toString())).toEqual({ text })
    expect(JSON.parse(gunzipSync(large.bytes).toString())).toEqual({ text: long })
    expect(any.headers['content-encoding']).toBe(zstd(body) === undefined ? 'br' : 'zstd')
    expect([none, short, off].map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect([gzip, none, short, off].map(({ headers }) => headers.vary)).toEqual([
      'accept-encoding',
      'accept-encoding',
      'accept-encoding',
      undefined,
    ])
    expect(gzip.headers['content-length']).toBe(String(gzip.bytes.byteLength))
  })

  test('answers that are compressed already are sent as they are', async () => {
    const image = await post(`${app.url}/image`, Buffer.alloc(5000), {
      'content-type': 'application/octet-stream',
      'accept-encoding': 'gzip',
    })

    expect([image.status, image.headers['content-encoding'], image.bytes.byteLength]).toEqual([200, undefined, 5000])
  })
})

test('the server may compress the answers of all endpoints', async () => {
  const app = await ServedApp.start('http', 'compressed.ts', { compress: 'on', compressMinBytes: 10 })
  const { text, body } = textBody(40)

  const { headers, bytes } = await post(`${app.url}/plain`, body, { 'accept-encoding': 'gzip' })
  await app.stop()

  expect(headers.vary).toBe('accept-encoding')
  expect(headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString()).toContain(
    text.slice(-4),
  )
})
