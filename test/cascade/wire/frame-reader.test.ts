import { expect, test } from 'vitest'
import { encodeFrame, type OutgoingFrame } from '../../../packages/cascade/dist/wire/frame-format.js'
import { FrameReader } from '../../../packages/cascade/dist/wire/frame-reader.js'
import { SeededRandom } from '../../fuzz/seeded-random.ts'

const frames: readonly OutgoingFrame[] = [
  { kind: 'hello', call: 1, head: { stage: 'é' } },
  { kind: 'call', call: 2, head: { stage: 'a' }, body: [Buffer.from('rows of '), Buffer.from('a call')] },
  { kind: 'cancel', call: 2 },
  { kind: 'reply', call: 2 ** 32 - 1, head: {}, body: [Buffer.alloc(300, 7)] },
  { kind: 'goodbye', call: 0 },
]
const whole = Buffer.concat(frames.flatMap(encodeFrame))

test('frames come out as they went in, however their bytes are cut', () => {
  const random = new SeededRandom(4)
  const read = readAll([whole])

  for (let round = 0; round < 200; round++) {
    const pieces: Buffer[] = []
    for (let from = 0; from < whole.byteLength; ) {
      const to = from + 1 + random.below(random.pick([2, 20, 200]))
      pieces.push(whole.subarray(from, to))
      from = to
    }

    expect(readAll(pieces)).toEqual(read)
  }

  expect(read.map(({ kind, call, head }) => ({ kind, call, head }))).toEqual(
    frames.map(({ kind, call, head = {} }) => ({ kind, call, head })),
  )
  expect(read.map(({ body }) => body)).toEqual(['', 'rows of a call', '', '\u0007'.repeat(300), ''])
})

test('a body goes into the memory that was given for it, and nowhere where none was given', () => {
  const room = new Uint8Array(new SharedArrayBuffer(14))
  const taken: (Uint8Array | undefined)[] = []
  const reader = new FrameReader({
    room: ({ header }) => (header.kind === 'call' ? room : undefined),
    take: ({ header }, body) => void (header.bodyBytes > 0 && taken.push(body)),
  })

  reader.push(whole)

  expect(taken).toEqual([room, undefined])
  expect(Buffer.from(room).toString()).toBe('rows of a call')
})

test.each([
  ['no frame', Buffer.from('HTTP/1.1 400 Bad Request'), 'which begins with "CSCD", got "HTTP"'],
  ['no frame, by its first letter', Buffer.from('{'), 'got "{"'],
  ['a frame of another version', header({ version: 2 }), 'expected version 1 of its frames, got 2'],
  ['a frame of no kind', header({ kind: 8 }), 'expected a kind of frame from 1 to 7, got 8'],
  ['a frame that has something to come in it', header({ zeros: 1 }), 'expected zeros in bytes 6 and 7'],
  ['a head of gigabytes', header({ headBytes: 2 ** 31 }), 'at most 1048576 bytes, got 2147483648'],
  ['a body where none belongs', header({ kind: 6, bodyBytes: 1 }), 'expected no body in a frame "cancel"'],
])('%s is told by its first bytes', (_, bytes, problem) => {
  const reader = new FrameReader({ room: unexpected, take: unexpected })

  expect(() => reader.push(bytes)).toThrow(problem)
  expect(() => reader.push(bytes)).toThrow(expect.objectContaining({ code: 'BETWEEN_UNSUPPORTED' }))
})

test.each([
  ['no JSON', Buffer.from('{"a"'), 'is not JSON'],
  ['no text', Buffer.from([0x22, 0xff, 0x22]), 'is not JSON'],
  ['no object', Buffer.from('[1]'), 'is not a JSON object'],
])('a head that is %s is malformed', (_, json, problem) => {
  const reader = new FrameReader({ room: unexpected, take: unexpected })

  expect(() => reader.push(Buffer.concat([header({ headBytes: json.byteLength }), json]))).toThrow(problem)
})

test('a stopped reader takes nothing more, also of what it was given already', () => {
  const kinds: string[] = []
  const reader: FrameReader = new FrameReader({
    room: () => undefined,
    take({ header: { kind } }) {
      kinds.push(kind)
      if (kind === 'call') reader.stop()
    },
  })

  reader.push(whole)
  reader.push(whole)

  expect(kinds).toEqual(['hello', 'call'])
})

test('a held reader takes nothing, and goes on where it was', () => {
  const kinds: string[] = []
  const reader: FrameReader = new FrameReader({
    room: ({ header: { bodyBytes } }) => new Uint8Array(bodyBytes),
    take({ header: { kind } }) {
      kinds.push(kind)
      reader.hold()
    },
  })

  reader.push(whole.subarray(0, 100))
  reader.push(whole.subarray(100))
  expect(kinds).toEqual(['hello'])
  for (let released = 1; released < frames.length; released++) reader.release()

  expect(kinds).toEqual(frames.map(({ kind }) => kind))
  expect(reader.isInside).toBe(false)
})

interface ReadFrame {
  readonly kind: string
  readonly call: number
  readonly head: object
  readonly body: string | undefined
}

function readAll(pieces: readonly Uint8Array[]): ReadFrame[] {
  const read: ReadFrame[] = []
  const reader = new FrameReader({
    room: ({ header: { bodyBytes } }) => new Uint8Array(bodyBytes),
    take: ({ header: { kind, call }, head }, body) =>
      void read.push({ kind, call, head, body: body && Buffer.from(body).toString('latin1') }),
  })
  for (const piece of pieces) reader.push(piece)
  expect(reader.isInside).toBe(false)
  return read
}

function header({ version = 1, kind = 3, zeros = 0, headBytes = 0, bodyBytes = 0 }): Buffer {
  const bytes = Buffer.alloc(20)
  bytes.write('CSCD')
  bytes.writeUInt8(version, 4)
  bytes.writeUInt8(kind, 5)
  bytes.writeUInt16LE(zeros, 6)
  bytes.writeUInt32LE(1, 8)
  bytes.writeUInt32LE(headBytes, 12)
  bytes.writeUInt32LE(bodyBytes, 16)
  return bytes
}

function unexpected(): never {
  throw new Error('nothing was to be taken')
}
