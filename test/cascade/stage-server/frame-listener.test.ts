import { once } from 'node:events'
import { column, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterAll, afterEach, expect, test } from 'vitest'
import { decodeReply, encodeBatch } from '../../../packages/cascade/dist/wire/arrow-message.js'
import { encodeFrame, type OutgoingFrame } from '../../../packages/cascade/dist/wire/frame-format.js'
import { echo, patient, told } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { CascadeProcess } from '../cascade-process.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { score } from './apps/served-stages.ts'
import { RawSender } from './raw-sender.ts'
import { servedApp } from './service-under-test.ts'
import { SocketFolder } from './socket-folder.ts'

const sockets = new SocketFolder()
afterEach(() => sockets.close())
afterAll(() => sockets.remove())

const one = encodeBatch(batchOf(told.input, [{ id: 1 }]))
/** Answers a thousand times what it is given. */
const wide = stage({
  name: 'wide',
  input: Type.Object({ id: Type.Integer() }),
  output: Type.Object({ bytes: column.bytes() }),
  handler: (batch) => ({ bytes: Array.from(batch.column('id'), () => new Uint8Array(2 ** 20)) }),
})

test('a hello is answered with the contract, by name or of the only stage', async () => {
  const { path } = await sockets.serve([told, echo])
  const sender = await RawSender.open(path)

  sender.send(
    { kind: 'hello', call: 1, head: { stage: 'told' } },
    { kind: 'hello', call: 2 },
    { kind: 'hello', call: 3, head: { stage: 'else' } },
    { kind: 'hello', call: 4, head: { want: { name: 'told' } } },
  )

  expect((await sender.answer(1)).head).toMatchObject({
    contract: { name: 'told', input: { fingerprint: told.input?.fingerprint } },
  })
  expect(await sender.answer(2)).toMatchObject({ kind: 'failed', head: { code: 'ROUTE_NOT_FOUND' } })
  expect(await sender.answer(3)).toMatchObject({ kind: 'failed', head: { code: 'ROUTE_NOT_FOUND' } })
  expect(await sender.answer(4)).toMatchObject({ kind: 'failed', head: { code: 'BETWEEN_UNSUPPORTED' } })
})

test('C52 a process that offers a stage tells its contract to a hello, and answers a call', {
  timeout: 60_000,
}, async () => {
  const path = sockets.next()
  const cascade = new CascadeProcess(['serve', servedApp(), '--stage', 'score', '--listen', `unix:${path}`])
  await cascade.event('listening')
  const sender = await RawSender.open(path)
  const rows = batchOf(score.input, [{ x: 0.5 }])

  sender.send({ kind: 'hello', call: 1 }, { kind: 'call', call: 2, head: { stage: 'score' }, body: encodeBatch(rows) })
  const { head } = await sender.answer(1)
  const { body = new Uint8Array(0) } = await sender.answer(2)
  cascade.kill('SIGTERM')

  expect(head).toMatchObject({
    contract: {
      name: 'score',
      effects: 'pure',
      input: { fingerprint: 'x:float64' },
      output: { fingerprint: 'y:float64' },
    },
  })
  expect(decodeReply(body, { rejectCount: 0, rowCount: 1 }).batch.rows()).toEqual([{ y: 1 }])
  expect(await cascade.ended).toMatchObject({ code: 0 })
})

test('calls of one connection run at the same time, and are told apart by their numbers', async () => {
  const { path, service } = await sockets.serve([told, patient])
  const sender = await RawSender.open(path)

  sender.send(callTo('patient', 1), callTo('told', 2), callTo('told', 3))
  const answers = await Promise.all([sender.answer(2), sender.answer(3)])
  sender.send({ kind: 'cancel', call: 1 })

  for (const { kind, body = new Uint8Array(0), head } of answers) {
    const { batch } = decodeReply(body, { rejectCount: 0, rowCount: 1 })
    expect(batch.rows()).toMatchObject([{ id: 1n, rowCount: 1n }])
    expect(kind).toBe('reply')
    expect(head).toMatchObject({ rejects: 0 })
  }
  expect(await sender.answer(1)).toMatchObject({ kind: 'failed', head: { code: 'CLIENT_GONE' } })
  expect(service).toMatchObject({ admitted: 0, held: 0 })
})

test('what cannot be called is refused by number, and the connection goes on', async () => {
  const { path } = await sockets.serve([told, patient], { maxFrameBytes: 4096, maxCalls: 1 }, 10_000)
  const sender = await RawSender.open(path)

  sender.send(
    callTo('else', 1),
    { kind: 'call', call: 2, head: { stage: 'told' }, body: [Buffer.alloc(5000)] },
    { kind: 'call', call: 3, head: { stage: 'told' }, body: [Buffer.alloc(64)] },
    { kind: 'call', call: 4, head: { stage: 'told' } },
    { kind: 'call', call: 5, head: { attempt: 1.5, stage: 'told' }, body: one },
    callTo('patient', 6),
    callTo('told', 7),
    { kind: 'cancel', call: 6 },
  )
  await sender.answer(6)
  sender.send(callTo('told', 8))

  const details = { notExecuted: true }
  expect((await sender.answer(1)).head).toMatchObject({ code: 'ROUTE_NOT_FOUND' })
  expect((await sender.answer(2)).head).toMatchObject({ code: 'BODY_TOO_LARGE', details })
  expect((await sender.answer(3)).head).toMatchObject({ code: 'BODY_MALFORMED', details })
  expect((await sender.answer(4)).head).toMatchObject({ code: 'BODY_MALFORMED' })
  expect((await sender.answer(5)).head).toMatchObject({ code: 'BODY_MALFORMED' })
  expect((await sender.answer(7)).head).toMatchObject({ code: 'QUEUE_FULL', details })
  expect(await sender.answer(8)).toMatchObject({ kind: 'reply' })
})

test.each([
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: s\r\n\r\n'), 'BETWEEN_UNSUPPORTED'],
  ['random bytes', new SeededRandom(1).bytes(1000), 'BETWEEN_UNSUPPORTED'],
  ['another version', Buffer.concat([Buffer.from('CSCD\u0002\u0001'), Buffer.alloc(14)]), 'BETWEEN_UNSUPPORTED'],
  ['a reply', Buffer.concat(encodeFrame({ kind: 'reply', call: 1 })), 'BETWEEN_UNSUPPORTED'],
])('C61 a sender that sends %s is told why, and its connection closed', async (_, bytes, code) => {
  const { path, log, listener } = await sockets.serve([told])
  const sender = await RawSender.open(path)

  sender.socket.write(bytes)

  expect(await sender.answer(0)).toMatchObject({ kind: 'failed', head: { code } })
  await sender.closed
  await listener.close('drain')
  expect(log.join()).toContain('A connection was closed.')
})

test.each([
  ['says nothing', [], 'expected a frame within 100 ms'],
  [
    'says hello a byte at a time',
    Array.from(encodeFrame({ kind: 'hello', call: 1 })[0]),
    'expected a frame within 100 ms',
  ],
])('C61 a sender that %s loses its connection', async (_, bytes, problem) => {
  const { path } = await sockets.serve([told], { helloMs: 100 })
  const sender = await RawSender.open(path)

  const trickle = setInterval(() => void sender.socket.write(Uint8Array.of(bytes.shift() ?? 0)), 20)
  if (bytes.length === 0) clearInterval(trickle)
  await sender.closed
  clearInterval(trickle)

  expect(sender.received).toMatchObject([{ call: 0, head: { code: 'UPLOAD_STALLED', message: problem } }])
})

test('C61 a sender whose rows come a byte at a time loses its connection, and their room is given back', async () => {
  const { path, service } = await sockets.serve([told], { stallMs: 200 }, 2 ** 21)
  const sender = await RawSender.open(path)

  sender.send({ kind: 'hello', call: 1, head: { stage: 'told' } })
  const [header, head] = encodeFrame({ kind: 'call', call: 2, head: { stage: 'told' }, body: [Buffer.alloc(2 ** 20)] })
  sender.socket.write(Buffer.concat([header, head]))
  const trickle = setInterval(() => void sender.socket.write(Uint8Array.of(0)), 10)
  await sender.closed
  clearInterval(trickle)

  expect(sender.received.at(-1)).toMatchObject({ call: 0, head: { code: 'UPLOAD_STALLED' } })
  expect(service.admitted).toBe(0)
})

test('whoever reads no answers is not read from, and what is held for it stays bounded', async () => {
  const maxCalls = 4
  const { path, service } = await sockets.serve([wide], { maxCalls })
  const sender = await RawSender.open(path)
  sender.send({ kind: 'hello', call: 1000, head: { stage: 'wide' } })
  await sender.answer(1000)
  sender.socket.pause()

  // Far more than any buffers between hold, so that the writes can only end once answers are read.
  const calls = Array.from({ length: 200 }, (_, index) => callTo('wide', index + 1))
  const filler = encodeFrame({ kind: 'call', call: 999, head: { stage: 'else' }, body: [Buffer.alloc(2 ** 23)] })
  let isWritten = false
  sender.send(...calls)
  sender.socket.write(Buffer.concat(filler), () => {
    isWritten = true
  })
  let mostHeld = 0
  // The process goes on serving others all the while.
  const other = await RawSender.open(path)
  for (let turn = 1; turn <= 300; turn++) {
    other.send({ kind: 'hello', call: turn })
    await other.answer(turn)
    mostHeld = Math.max(mostHeld, service.held)
  }
  const wasWritten = isWritten
  sender.socket.resume()
  await Promise.all([...calls.map(({ call }) => sender.answer(call)), sender.answer(999)])

  expect(wasWritten).toBe(false)
  expect(mostHeld).toBeGreaterThan(0)
  expect(mostHeld).toBeLessThanOrEqual(2 * maxCalls)
  expect(service).toMatchObject({ admitted: 0, held: 0 })
})

test('a connection over the limit is told so', async () => {
  const { path } = await sockets.serve([told], { maxConnections: 1 })
  const first = await RawSender.open(path)
  const second = await RawSender.open(path)

  expect((await second.answer(0)).head).toMatchObject({ code: 'QUEUE_FULL', details: { notExecuted: true } })
  await second.closed
  first.send(callTo('told', 1))
  expect(await first.answer(1)).toMatchObject({ kind: 'reply' })
})

test('a sender that is gone gives its slots back', async () => {
  const { path, service } = await sockets.serve([patient])
  const sender = await RawSender.open(path)
  sender.send(callTo('patient', 1), callTo('patient', 2))
  sender.send({ kind: 'hello', call: 3 })
  await sender.answer(3)
  expect(service.admitted).toBe(2)

  sender.socket.destroy()
  await sockets.close()

  expect(service).toMatchObject({ admitted: 0, held: 0 })
})

test('draining says goodbye, answers what was begun, and refuses what comes after', async () => {
  const { path, listener } = await sockets.serve([patient, told])
  const sender = await RawSender.open(path)
  sender.send(callTo('patient', 1), { kind: 'hello', call: 2, head: { stage: 'told' } })
  await sender.answer(2)

  const closed = listener.close('drain')
  expect(await sender.answer(0)).toMatchObject({ kind: 'goodbye' })
  sender.send(callTo('told', 3))
  const refused = await sender.answer(3)
  sender.send({ kind: 'cancel', call: 1 })
  await once(sender.socket, 'close')
  await closed

  expect(refused.head).toMatchObject({ code: 'DRAINING', details: { notExecuted: true } })
  expect(await sender.answer(1)).toMatchObject({ kind: 'failed' })
})

test('C61 10,000 frames of nonsense neither end the process of a stage nor stay in its memory', {
  timeout: 120_000,
}, async () => {
  const { path, service } = await sockets.serve([told], { helloMs: 500, stallMs: 500 })
  const random = new SeededRandom(61)
  const good = [
    ...[callTo('told', 1), callTo('told', 2), { kind: 'hello', call: 3 } as const].map((frame) => {
      return Buffer.concat(encodeFrame(frame))
    }),
  ]
  const before = process.memoryUsage().rss

  for (let sent = 0; sent < 10_000; ) {
    const sender = await RawSender.open(path)
    // Most are refused at their first frame that is broken.
    for (let frame = 0; frame < 5 && !sender.socket.destroyed; frame++, sent++) {
      sender.socket.write(mutated(random.pick(good), random))
    }
    sender.socket.end()
    await sender.closed
  }
  const sender = await RawSender.open(path)
  sender.send(callTo('told', 1))

  expect(await sender.answer(1)).toMatchObject({ kind: 'reply' })
  expect(service).toMatchObject({ admitted: 0, held: 0 })
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20)
})

function callTo(stage: string, call: number): OutgoingFrame {
  return { kind: 'call', call, head: { stage }, body: one }
}

/** The frame with some of its bytes changed, left out or put in. */
function mutated(frame: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(frame)
  for (let change = 1 + random.below(4); change > 0; change--) {
    bytes[random.below(random.below(2) === 0 ? 20 : bytes.byteLength)] = random.below(256)
  }
  const cut = random.below(bytes.byteLength)
  switch (random.below(5)) {
    case 0:
      return bytes.subarray(0, cut)
    case 1:
      return Buffer.concat([bytes.subarray(0, cut), random.bytes(random.below(50)), bytes.subarray(cut)])
    default:
      return bytes
  }
}
