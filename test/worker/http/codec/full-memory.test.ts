import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../front-end/tested-kinds.ts'
import { ServedApp } from '../serving/served-app.ts'

const octets = 'application/octet-stream'

function body(index: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(index + 1)
}

describe.each(testedKinds)('a server whose shared memory is used up, over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'codecs.ts', { maxSlabBytes: 2 ** 20, requestTimeoutMs: 30_000 })
  })
  afterAll(() => app.stop())

  async function echo(sent: Uint8Array): Promise<{ readonly status: number; readonly bytes: Buffer }> {
    const response = await fetch(`${app.url}/echo`, {
      method: 'POST',
      headers: { 'content-type': octets },
      body: new Uint8Array(sent),
    })
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  test('M90 requests wait for memory or are refused, and nobody is given the bytes of another', async () => {
    const bodies = Array.from({ length: 120 }, (_, index) => body(index, 100_000 + index * 1000))

    const answers = await Promise.all(bodies.map(echo))

    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].filter((status) => status !== 200 && status !== 429)).toEqual([])
    expect(statuses.has(200)).toBe(true)
    for (const [index, { status, bytes }] of answers.entries()) {
      if (status === 200) expect(bytes.compare(bodies[index])).toBe(0)
    }
    expect(await app.metric('cascade_memory_used_bytes')).toBe(0)
  })

  test('M90 a body that never fits is refused as too large', async () => {
    const { status, bytes } = await echo(body(0, 2_000_000))

    expect([status, JSON.parse(bytes.toString()).error.code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  test('M90 memory is used again only once its answer was sent, however slowly a client reads', async () => {
    const sent = body(200, 400_000)
    const socket = connect(app.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.pause()
    socket.write(`POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: ${octets}\r\ncontent-length: ${sent.byteLength}\r\n`)
    socket.write('connection: close\r\n\r\n')
    socket.write(sent)
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="echo"}')).toBe(0)

    const others = await Promise.all(Array.from({ length: 40 }, (_, index) => echo(body(index, 390_000))))
    const pieces: Buffer[] = []
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    socket.resume()
    await once(socket, 'close')
    const received = Buffer.concat(pieces)

    expect(received.subarray(received.indexOf('\r\n\r\n') + 4).compare(sent)).toBe(0)
    for (const [index, { status, bytes }] of others.entries()) {
      if (status === 200) expect(bytes.every((byte) => byte === index + 1)).toBe(true)
    }
  })
})
