import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from '@redesmyn/worker'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createServer, post } from './server-under-test.ts'

describe('options of a stage in the configuration file', () => {
  let folder: string
  let server: Server | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overrides-'))
  })
  afterEach(async () => {
    await server?.stop({ graceful: false })
    await rm(folder, { recursive: true })
  })

  async function serveWith(stage: object): Promise<string> {
    const config = join(folder, 'cascade.json')
    await writeFile(config, JSON.stringify({ stages: { careless: stage } }))
    server = createServer('careless.ts', { config })
    const { url } = await server.serve()
    return `${url}/inference`
  }

  test('hold in the threads', async () => {
    const url = await serveWith({ checkWrites: true })

    expect(await post(url, { x: 2 })).toMatchObject({ status: 500, body: { error: { code: 'HANDLER_WROTE_INPUT' } } })
  })

  test('hold for bodies of any size', async () => {
    const url = await serveWith({ coerce: true })
    const many = Array.from({ length: 30_000 }, () => ({ x: '7.25' }))

    const small = await post(url, { x: '7.25' })
    const large = await post(url, many)

    expect(small).toEqual({ status: 200, body: { x: 1 } })
    expect(large.status).toBe(200)
  })

  test('hold for the batches', async () => {
    const url = await serveWith({ batch: { maxRows: 4, maxDelayMs: 60_000 } })

    const answers = await Promise.all([1, 2, 3, 4].map((x) => post(url, { x })))

    // Without the fourth they would wait for a minute.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  test('M79 a pipeline that is exported by default is served at /inference', async () => {
    expect(await post(await serveWith({}), { x: 2 })).toEqual({ status: 200, body: { x: 1 } })
  })
})
