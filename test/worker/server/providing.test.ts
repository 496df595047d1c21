import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { createServer, post } from './server-under-test.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provided-'))
  process.env.TEST_PROVIDED = folder
  await writeFile(join(folder, 'version.txt'), 'v1')
})
afterAll(() => rm(folder, { recursive: true }))

async function notesOf(stage: string): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, 'notes.txt'), 'utf8')).split('\n')
  return lines.filter((line) => line.includes(` ${stage}`))
}

async function serve(options: Parameters<typeof createServer>[1] = {}): Promise<{ server: Server; url: string }> {
  const server = createServer('providing.ts', options)
  const { url } = await server.serve()
  return { server, url }
}

test('R110 a handler gets what it asks for, made once in its thread and disposed of at the end', async () => {
  const { server, url } = await serve()
  const headers = { 'x-tenant': 'ann' }

  const seen: unknown[] = []
  for (let turn = 0; turn < 3; turn++) {
    const response = await fetch(`${url}/needy`, { method: 'POST', body: '{"x":1}', headers })
    seen.push(await response.json())
  }
  const { body } = await post(`${url}/needy`, [{ x: 1 }])
  await server.stop()

  expect(seen).toEqual([1, 2, 3].map((rows) => ({ seen: `needy-1 ${rows} summer ann` })))
  expect(body).toMatchObject({ predictions: ['needy-1 4 summer '] })
  expect(await notesOf('needy')).toEqual(['made needy 1', 'disposed needy-1'])
})

test('R110 wherever a stage runs, and in a pipeline, its handler gets what it asks for', async () => {
  const { server, url } = await serve()

  const answers = await Promise.all(
    ['inline', 'child', 'both'].map(async (name) => {
      const init = { method: 'POST', body: '{"x":1}', headers: { 'x-tenant': 'bob' } }
      return await (await fetch(`${url}/${name}`, init)).json()
    }),
  )
  await server.stop()

  expect(answers).toEqual(['inline', 'child', 'second'].map((name) => ({ seen: `${name}-1 1 summer bob` })))
  for (const name of ['inline', 'child', 'second']) expect(await notesOf(name)).toContain(`disposed ${name}-1`)
})

test('R110 what neither stage nor app names is not there', async () => {
  const { server, url } = await serve()

  const init = { method: 'POST', body: '{"x":1}', headers: { 'x-tenant': 'ann' } }
  const body = await (await fetch(`${url}/modest`, init)).json()
  await server.stop()

  expect(body).toMatchObject({ seen: expect.stringContaining('"table" is not provided') })
  expect(body).toMatchObject({ seen: expect.stringContaining('header ""') })
})

describe.each(testedKinds)('/admin over %s', (kind) => {
  test('R110 lists the models of every endpoint, and asks the store for newer ones when it is told to', async () => {
    await writeFile(join(folder, 'version.txt'), 'v1')
    const { server, url } = await serve({ admin: 'on', frontEnd: kind })
    const list = async (path = '/admin/models', method = 'GET') => (await fetch(`${url}${path}`, { method })).json()

    const before = await list()
    const { body } = await post(`${url}/modelled/7`, { x: 1 })
    const loaded = await list()
    await writeFile(join(folder, 'version.txt'), 'v2')
    await list('/admin/models/refresh', 'POST')
    const isRenewed = async () => JSON.stringify((await post(`${url}/modelled/7`, { x: 1 })).body).includes('v2 of')
    for (let round = 0; round < 100 && !(await isRenewed()); round++);
    const renewed = await list()
    await server.stop()

    const model = { endpoint: '/modelled/{id}', stage: 'modelled', key: '/7/model', sizeBytes: 3 }
    expect(before).toEqual({ models: [] })
    expect(body).toEqual({ seen: '/7/model v1 of [{"key":"/7/model","version":"v1"}]' })
    expect(loaded).toMatchObject({ models: [{ ...model, version: 'v1', state: 'ready' }] })
    expect(renewed).toMatchObject({ models: [{ ...model, version: 'v2', state: 'ready' }] })
  })

  test('R110 is there only where it is asked for, and only for this machine', async () => {
    const off = await serve({ frontEnd: kind })
    const on = await serve({ admin: 'on', frontEnd: kind })
    const statusOf = async (url: string, headers: Record<string, string> = {}) =>
      (await fetch(`${url}/admin/models`, { headers })).status

    const statuses = [
      await statusOf(on.url),
      await statusOf(off.url),
      await statusOf(on.url, { 'x-forwarded-for': '203.0.113.7' }),
      await statusOf(on.url, { origin: 'http://elsewhere.example' }),
    ]
    const mounted = await on.server.handle(new Request('http://a/admin/models'))
    await Promise.all([off.server.stop(), on.server.stop()])

    expect([...statuses, mounted.status]).toEqual([200, 404, 404, 404, 404])
  })
})
