import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { type CallContext, contractOf } from '@redesmyn/cascade'
import { column, layoutBatch, RecordBatch, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterAll, afterEach, expect, test } from 'vitest'
import { UnixInstance } from '../../../packages/cascade/dist/between/unix-instance.js'
import { encodeFrame } from '../../../packages/cascade/dist/wire/frame-format.js'
import { patient, told } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { SocketFolder } from '../stage-server/socket-folder.ts'

const sockets = new SocketFolder()
const instances: UnixInstance[] = []
const peers: { readonly server: Server; readonly sockets: Set<Socket> }[] = []

afterEach(async () => {
  await Promise.all(instances.splice(0).map((instance) => instance.close('abort')))
  await sockets.close()
  for (const peer of peers.splice(0)) {
    peer.server.close()
    for (const socket of peer.sockets) socket.destroy()
  }
})
afterAll(() => sockets.remove())

const terms = { version: '1', limits: { maxRows: 256, maxBytes: 1e6 } }
const want = contractOf([told], terms)
const single = batchOf(told.input, [{ id: 1 }])

/** Says how many bytes it got, and what the first and the last of them are. */
const weigh = stage({
  name: 'weigh',
  input: Type.Object({ bytes: column.bytes() }),
  output: Type.Object({ length: Type.Integer(), first: Type.Integer(), last: Type.Integer() }),
  handler: (batch) =>
    batch.rows().map(({ bytes }) => ({ length: bytes.length, first: bytes[0] ?? 0, last: bytes.at(-1) ?? 0 })),
})
/** Gives as many bytes as it is told. */
const grow = stage({
  name: 'grow',
  input: Type.Object({ length: Type.Integer() }),
  output: Type.Object({ bytes: column.bytes() }),
  handler: (batch) => ({
    bytes: Array.from(batch.column('length'), (length) => new Uint8Array(Number(length)).fill(7)),
  }),
})

test.each([64 * 2 ** 10, 2 ** 20, 8 * 2 ** 20, 64 * 2 ** 20])(
  'eight calls of %i bytes at once are answered',
  {
    timeout: 60_000,
  },
  async (length) => {
    const { address } = await sockets.serve([weigh], {}, 2 ** 30)
    const instance = open(address, 'weigh')
    const bytes = new Uint8Array(length).fill(3)
    bytes[length - 1] = 9
    const batch = batchOf(weigh.input, [{ bytes }])

    const replies = await Promise.all(Array.from({ length: 8 }, () => instance.call(batch, context())))

    for (const { batch: answered, carried } of replies) {
      expect(answered.rows()).toEqual([{ length: BigInt(length), first: 3n, last: 9n }])
      expect(carried.serialisedBytes).toBeGreaterThan(length)
    }
  },
)

test('eight replies of 8 MiB at once come whole, in shared memory', async () => {
  const length = 8 * 2 ** 20
  const { address } = await sockets.serve([grow], {}, 2 ** 30)
  const instance = open(address, 'grow')

  const replies = await Promise.all(
    Array.from({ length: 8 }, () => instance.call(batchOf(grow.input, [{ length }]), context())),
  )

  for (const { batch } of replies) {
    expect(batch.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(Buffer.from(batch.row(0)['bytes'] as Uint8Array).equals(Buffer.alloc(length, 7))).toBe(true)
  }
})

test('a reply over the limit fails its call alone', async () => {
  const { address } = await sockets.serve([grow])
  const instance = open(address, 'grow', { maxFrameBytes: 10_000 })

  const large = rejectionOf(instance.call(batchOf(grow.input, [{ length: 20_000 }]), context()))
  const small = instance.call(batchOf(grow.input, [{ length: 5_000 }]), context())

  expect(await large).toMatchObject({ code: 'BODY_TOO_LARGE', details: { stage: 'grow', instance: instance.address } })
  expect((await small).batch.rowCount).toBe(1)
})

test('C90 a call that is given up frees its slot at the stage within 50 ms', async () => {
  const { address, service } = await sockets.serve([patient, told])
  const [waiting, other] = [open(address, 'patient'), open(address, 'told')]
  const freedMs: number[] = []

  // The quickest of a few: a machine that is busy may do something else for as long.
  for (let round = 0; round < 5; round++) {
    const stop = new AbortController()
    const call = rejectionOf(waiting.call(single, context({ signal: stop.signal })))
    while (service.admitted === 0) await other.hello(want, new AbortController().signal)
    const startMs = performance.now()
    stop.abort('enough')
    expect(await call).toBe('enough')
    while (service.admitted > 0) await other.hello(want, new AbortController().signal)
    freedMs.push(performance.now() - startMs)
  }

  expect(Math.min(...freedMs)).toBeLessThan(50)
})

test('a call is made again over a new connection once its process is back', async () => {
  const first = await sockets.serve([told])
  const instance = open(first.address, 'told')
  await instance.hello(want, new AbortController().signal)
  await first.listener.close('abort')

  const lost = await rejectionOf(instance.call(single, context()))
  await sockets.serveAt(first.path, [told])
  const reply = await instance.call(single, context())

  expect(lost).toMatchObject({ code: 'HANDOFF_FAILED', details: { stage: 'told', instance: instance.address } })
  expect(reply.batch.rowCount).toBe(1)
})

test('a process that comes back with other columns is told apart before a row is sent', async () => {
  const first = await sockets.serve([told])
  const instance = open(first.address, 'told')
  await instance.hello(want, new AbortController().signal)
  await first.listener.close('abort')
  const input = Type.Object({ id: Type.Integer(), more: Type.String() })
  const changed = stage({ name: 'told', input, output: input, handler: (batch) => batch.rows() })
  await sockets.serveAt(first.path, [changed])
  await rejectionOf(instance.call(single, context()))

  const error = await rejectionOf(instance.call(single, context()))

  expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { notExecuted: true } })
  expect(String(error)).toContain('"more" is missing')
})

test('a call under which the process ends may have run', async () => {
  const { address, listener, service } = await sockets.serve([patient])
  const instance = open(address, 'patient')
  const call = rejectionOf(instance.call(single, context()))
  while (service.admitted === 0) await new Promise(setImmediate)

  await listener.close('abort')

  const error = await call
  expect(error).toMatchObject({ code: 'HANDOFF_FAILED', details: { stage: 'patient' } })
  expect(error).not.toHaveProperty('details.notExecuted')
})

test('while a process drains, calls that it did not take are told as not executed', async () => {
  const { address, listener, service } = await sockets.serve([patient])
  const instance = open(address, 'patient')
  const stop = new AbortController()
  const begun = rejectionOf(instance.call(single, context({ signal: stop.signal })))
  while (service.admitted === 0) await new Promise(setImmediate)

  const closed = listener.close('drain')
  const refused = await rejectionOf(instance.call(single, context()))
  stop.abort('enough')
  await closed

  expect(refused).toMatchObject({ details: { notExecuted: true } })
  expect(await begun).toBe('enough')
})

test('a call that is given up while nobody reads lets go of its rows at once', async () => {
  // Says hello, and reads nothing more.
  const address = await peer((socket) => {
    socket.once('data', () => {
      socket.pause()
      socket.write(Buffer.concat(encodeFrame({ kind: 'contract', call: 1, head: { contract: want } })))
    })
  })
  const instance = open(address, 'told', { maxConnections: 1 })
  const stop = new AbortController()
  const layout = layoutBatch(told.input?.fields ?? [], { rows: 2 ** 20, variable: [] })
  const large = new RecordBatch(layout, new SharedArrayBuffer(layout.byteLength), 2 ** 20)
  const [writing, waiting] = [large, large].map((batch) => {
    return rejectionOf(instance.call(batch, context({ signal: stop.signal })))
  })
  await instance.hello(want, AbortSignal.timeout(100)).catch(() => undefined)

  const startMs = performance.now()
  stop.abort('enough')

  expect(await Promise.all([writing, waiting])).toEqual(['enough', 'enough'])
  expect(performance.now() - startMs).toBeLessThan(200)
})

test.each([
  ['a plain HTTP server', 'BETWEEN_UNSUPPORTED', 'got "HTTP"', httpPeer],
  [
    'random bytes',
    'BETWEEN_UNSUPPORTED',
    'which begins with "CSCD"',
    () => peer((socket) => void socket.write(new SeededRandom(2).bytes(5000))),
  ],
  ['silence', 'HANDOFF_FAILED', 'did not say within 1500 ms', () => peer(() => undefined)],
  ['a byte at a time', 'HANDOFF_FAILED', 'did not say within 1500 ms', slowPeer],
  ['an end', 'HANDOFF_FAILED', 'has closed the connection', () => peer((socket) => void socket.end())],
  ['no one', 'HANDOFF_FAILED', 'ENOENT', () => Promise.resolve(new URL(`unix:${sockets.next()}`))],
])('C61 %s in place of a stage is a clear error within 2 s', async (_, code, problem, start) => {
  const instance = open(await start(), 'told')
  const startMs = performance.now()

  const [greeted, called] = await Promise.all([
    rejectionOf(instance.hello(want, new AbortController().signal)),
    rejectionOf(instance.call(single, context())),
  ])

  expect(performance.now() - startMs).toBeLessThan(2000)
  for (const error of [greeted, called]) {
    expect(error).toMatchObject({ code, details: { stage: 'told', instance: instance.address, notExecuted: true } })
    expect(String(error)).toContain(problem)
  }
})

function open(address: URL, name: string, options: object = {}): UnixInstance {
  const instance = new UnixInstance(address, { stage: name, ...options })
  instances.push(instance)
  return instance
}

function context(own: Partial<CallContext> = {}): CallContext {
  return {
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    attempt: 1,
    idempotencyKey: 'only',
    traceparent: undefined,
    partition: {},
    ...own,
  }
}

/** Somebody else behind a socket. */
async function peer(onSocket: (socket: Socket) => void, server = createServer()): Promise<URL> {
  const path = sockets.next()
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    onSocket(socket)
  })
  await new Promise<void>((resolve) => void server.listen({ path }, () => resolve()))
  peers.push({ server, sockets: open })
  return new URL(`unix:${path}`)
}

function httpPeer(): Promise<URL> {
  return peer(
    () => undefined,
    createHttpServer((_, response) => response.end('hello')),
  )
}

function slowPeer(): Promise<URL> {
  return peer((socket) => {
    const bytes = Array.from(Buffer.concat(encodeFrame({ kind: 'contract', call: 1, head: { contract: want } })))
    const trickle = setInterval(() => void socket.write(Uint8Array.of(bytes.shift() ?? 0)), 50)
    socket.once('close', () => clearInterval(trickle))
  })
}
