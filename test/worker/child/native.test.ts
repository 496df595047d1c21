import { rm } from 'node:fs/promises'
import { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeOnnxFiles } from '../interop/onnx-files.ts'

const files = writeOnnxFiles()
process.env.ONNX_FOLDER = files.folder
let server: Server
let url: string

beforeAll(async () => {
  server = new Server({ app: new URL('./apps/native.ts', import.meta.url), port: 0, logLevel: 'silent' }, {})
  url = (await server.serve()).url
}, 60_000)
afterAll(async () => {
  await server.stop()
  await rm(files.folder, { recursive: true })
})

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return await response.json()
}

interface Loaded {
  readonly text: string
  readonly loads: number
  readonly slot: number
}

describe.each(['inline', 'thread', 'child'])('isolation "%s"', (isolation) => {
  test('R022 an ONNX model named by a relative path answers', async () => {
    expect(await post(`/onnx/${isolation}`, { a: 1, b: 2, c: 3 })).toEqual({ y: -4 })
  })

  test('a Polars frame comes and goes', async () => {
    const rows = [
      { a: 1.5, b: 0, c: 0 },
      { a: -2, b: 0, c: 0 },
    ]

    expect(await post(`/polars/${isolation}`, rows)).toMatchObject({ predictions: [1.5, -2] })
  })

  test('M82 a model is loaded once by each slot that needs it, and not for each request', async () => {
    const path = `/models/${isolation}/first`
    const answers: Loaded[] = []
    for (let round = 0; round < 3; round++) {
      answers.push(
        ...(await Promise.all(Array.from({ length: 8 }, async () => (await post(path, { x: 1 })) as Loaded))),
      )
    }

    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['first of all']))
    for (const { loads } of answers) expect(loads).toBe(1)
    expect(await post(`/models/${isolation}/second`, { x: 1 })).toMatchObject({ text: 'second' })
  })
})

test.each(['thread', 'child'])('behind a layer a model is found as well in isolation "%s"', async (isolation) => {
  expect(await post(`/layered/${isolation}`, { a: 1, b: 2, c: 3 })).toEqual({ y: -4 })
})

describe('the environment of a stage', () => {
  test('M69 M74 is that of the process itself in a child, before anything native is loaded', async ({ skip }) => {
    skip(process.platform !== 'linux', 'needs /proc')
    const device = await post('/env/child', { name: 'CUDA_VISIBLE_DEVICES' })
    const own = await post('/env/child', { name: 'ONLY_HERE' })
    const inherited = await post('/env/child', { name: 'PATH' })

    expect(device).toEqual({ native: 'CUDA_VISIBLE_DEVICES=1', script: '1' })
    expect(own).toEqual({ native: 'ONLY_HERE=child', script: 'child' })
    expect(inherited).toMatchObject({ script: process.env.PATH })
  })

  test('is that of scripts only in a thread', async ({ skip }) => {
    skip(process.platform !== 'linux', 'needs /proc')
    expect(await post('/env/thread', { name: 'ONLY_HERE' })).toEqual({ native: '', script: 'thread' })
    expect(process.env.ONLY_HERE).toBeUndefined()
  })
})
