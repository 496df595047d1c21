import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Type } from 'typebox'
import { compileRecordSchema } from '@redesmyn/core'
import { afterEach, describe, expect, test } from 'vitest'
import { decodeReply, encodeBatch } from '../../../packages/cascade/dist/wire/arrow-message.js'
import { encodeFrame, type OutgoingFrame } from '../../../packages/cascade/dist/wire/frame-format.js'
import { FrameReader } from '../../../packages/cascade/dist/wire/frame-reader.js'
import { batchOf } from '../handoff/rows-batch.ts'
import { servedApp } from './service-under-test.ts'

const bin = fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))
const point = compileRecordSchema(Type.Object({ x: Type.Number() }), 'a point')
const started: ChildProcessWithoutNullStreams[] = []

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

interface Answered {
  readonly code: number | null
  readonly stderr: string
  readonly kinds: readonly string[]
  /** Answered rows by number of the call. */
  readonly rows: ReadonlyMap<number, readonly object[]>
}

describe('cascade stage --stdio', { timeout: 60_000 }, () => {
  test('C102 answers what it was asked, and ends with its input', async () => {
    const calls = Array.from({ length: 200 }, (_, index) => callOf(index + 1, [index, 1]))

    const { code, kinds, rows } = await ask('score', [{ kind: 'hello', call: 1000 }, ...calls])

    expect(code).toBe(0)
    expect(kinds.filter((kind) => kind === 'reply')).toHaveLength(200)
    expect(kinds).toContain('contract')
    for (const { call } of calls) expect(rows.get(call)).toEqual([{ y: 2 * (call - 1) }, { y: 2 }])
  })

  test('C102 what the app prints does not come between the frames, and the log goes to stderr', async () => {
    const { code, stderr, rows } = await ask('chatty', [callOf(1, [1], 'chatty')], 'chatty-stage.ts')

    expect(code).toBe(0)
    expect(rows.get(1)).toEqual([{ y: 1 }])
    expect(stderr).toMatch(/said while it loads[^]*said by the handler/)
    expect(stderr).toContain('"event":"listening"')
  })

  test.each([
    ['no frames', [Buffer.from('x,y\n1,2\n')], 'got "x,y\\n"'],
    ['half a frame', encodeFrame({ kind: 'hello', call: 1 }).map((piece) => piece.subarray(0, 9)), 'got the end'],
  ])('an input that is %s ends it with 1, and says why', async (_, pieces, problem) => {
    const { code, stderr } = await askBytes('score', Buffer.concat(pieces))

    expect(code).toBe(1)
    expect(stderr).toContain('standard input cannot be read to its end')
    expect(stderr).toContain(problem)
  })

  test.each([
    ['a stage that is not there', ['app#nothing', '--stdio'], 'has no stage "nothing"'],
    ['no stage', ['app', '--stdio'], 'expected the name of a stage'],
    ['no way to call it', ['app#score'], 'expected --stdio'],
  ])('%s is refused', async (_, [target, ...words], problem) => {
    const child = start([target.replace('app', servedApp()), ...words])
    const { code, stderr } = await endOf(child)

    expect(code).toBe(2)
    expect(stderr).toContain(problem)
  })

  test('whoever leaves without reading ends it', async () => {
    const child = start([`${servedApp()}#score`, '--stdio'])
    child.stdout.destroy()
    child.stdin.write(Buffer.concat(encodeFrame({ kind: 'hello', call: 1 })))

    expect(await endOf(child)).toMatchObject({ code: 1 })
  })
})

async function ask(stage: string, frames: readonly OutgoingFrame[], app?: string): Promise<Answered> {
  return await askBytes(stage, Buffer.concat(frames.flatMap(encodeFrame)), app)
}

async function askBytes(stage: string, bytes: Buffer, app?: string): Promise<Answered> {
  const child = start([`${servedApp(app)}#${stage}`, '--stdio'])
  const kinds: string[] = []
  const rows = new Map<number, readonly object[]>()
  const reader = new FrameReader({
    room: ({ header: { bodyBytes } }) => new Uint8Array(bodyBytes),
    take({ header: { kind, call } }, body = new Uint8Array(0)) {
      kinds.push(kind)
      if (kind === 'reply') rows.set(call, decodeReply(body, { rejectCount: 0, rowCount: 9 }).batch.rows())
    },
  })
  child.stdout.on('data', (chunk: Buffer) => reader.push(chunk))
  child.stdin.end(bytes)
  return { ...(await endOf(child)), kinds, rows }
}

function start(words: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [bin, 'stage', ...words])
  child.stdin.on('error', () => undefined)
  started.push(child)
  return child
}

async function endOf(child: ChildProcessWithoutNullStreams) {
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  await once(child, 'close')
  return { code: child.exitCode, stderr }
}

function callOf(call: number, xs: readonly number[], stage = 'score'): OutgoingFrame {
  const body = encodeBatch(
    batchOf(
      point,
      xs.map((x) => ({ x })),
    ),
  )
  return { kind: 'call', call, head: { stage }, body }
}
