import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { decodeBatch, encodeBatch } from '../../../packages/cascade/dist/wire/arrow-message.js'
import { hasPyarrow, runPython } from '../formats/python-client.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { servedApp } from '../stage-server/service-under-test.ts'
import { callFromProcess } from './call-from-process.ts'

const run = promisify(execFile)
const cascade = fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** A stage in a process of its own, and where it listens. */
async function serveScore(prefix: readonly string[] = []): Promise<{ readonly url: string; readonly pid: number }> {
  const flags = ['--stage', 'score', '--listen', 'http://127.0.0.1:0', '--log-format', 'json']
  const words = [...prefix, process.execPath, cascade, 'serve', servedApp(), ...flags]
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  ends.push(() => endOf(child))
  for await (const line of createInterface(child.stderr)) {
    const { event, url, pid = child.pid }: Readonly<Record<string, unknown>> = JSON.parse(line)
    if (event === 'listening') return { url: String(url), pid: Number(pid) }
  }
  throw new Error('the stage did not start')
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'close')
}

test('R131 a stage in another process is called over the host that both share', { timeout: 60_000 }, async () => {
  const { url, pid } = await serveScore()

  const answer = await callFromProcess(url, [1, 2.5])

  expect(answer.rows).toEqual([{ y: 2 }, { y: 5 }])
  expect(new Set([answer.pid, pid, process.pid]).size).toBe(3)
})

test('R131 containers of one task share a localhost of their own, which nobody else reaches', {
  timeout: 60_000,
}, async ({ skip }) => {
  skip(!canMakeNamespaces(), 'network namespaces need root and iproute2')
  const name = `cascade-${process.pid}`
  execFileSync('ip', ['netns', 'add', name])
  ends.push(() => execFileSync('ip', ['netns', 'delete', name]))
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  const within = ['ip', 'netns', 'exec', name]
  const { url } = await serveScore(within)

  const inside = await callFromProcess(url, [4], within)
  const outside = await callFromProcess(url, [4])

  expect(inside.rows).toEqual([{ y: 8 }])
  expect(outside).toMatchObject({ code: 'HANDOFF_FAILED', message: expect.stringContaining('nobody listens there') })
})

function canMakeNamespaces(): boolean {
  if (process.getuid?.() !== 0) return false
  const name = `cascade-probe-${process.pid}`
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return false
  return spawnSync('ip', ['netns', 'delete', name]).status === 0
}

test('C52 curl sends an Arrow file with the documented headers, and gets an Arrow stream', { timeout: 60_000 }, async ({
  skip,
}) => {
  skip(spawnSync('curl', ['--version']).status !== 0, 'curl is not installed')
  const { url } = await serveScore()
  const folder = await mkdtemp(join(tmpdir(), 'cascade-curl-'))
  ends.push(() => rm(folder, { recursive: true }))
  const [sent, got, heads] = ['sent.arrows', 'got.arrows', 'heads.txt'].map((name) => join(folder, name))
  const batch = batchOf({ fields: [{ name: 'x', type: { kind: 'float', bits: 64 }, isNullable: false }] }, points())
  await writeFile(sent, Buffer.concat(encodeBatch(batch)))

  const headers = [
    'content-type: application/vnd.apache.arrow.stream',
    'cascade-schema: x:float64',
    'idempotency-key: part-7',
    'cascade-attempt: 1',
    'cascade-deadline-ms: 5000',
    'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ].flatMap((header) => ['-H', header])
  await run('curl', [
    '-sS',
    '--fail',
    ...headers,
    '--data-binary',
    `@${sent}`,
    '-o',
    got,
    '-D',
    heads,
    `${url}/cascade/v1/score`,
  ])

  const head = await readFile(heads, 'utf8')
  expect(head).toMatch(/^HTTP\/1\.1 200 OK/)
  expect(head).toMatch(/^content-type: application\/vnd\.apache\.arrow\.stream\r$/m)
  expect(head).toMatch(/^cascade-credits: \d+\r$/m)
  const expected = points().map(({ x }) => ({ y: 2 * x }))
  expect(decodeBatch(await readFile(got)).rows()).toEqual(expected)
  if (hasPyarrow()) expect(runPython(readStream, [got])).toEqual(expected)
})

const readStream = `
import json, sys, pyarrow as pa
print(json.dumps(pa.ipc.open_stream(open(sys.argv[1], 'rb')).read_all().to_pylist()))
`

function points(): readonly { readonly x: number }[] {
  return Array.from({ length: 1000 }, (_, x) => ({ x }))
}
