import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspectApp, Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleApp } from '../../../packages/worker/dist/app/bundle-app.js'
import { loadApp } from '../../../packages/worker/dist/app/load-app.js'

const forms = ['app.ts', 'app.cjs', 'services.yaml', 'services.json']

function fileOf(form: string): string {
  return fileURLToPath(new URL(`./apps/same/${form}`, import.meta.url))
}

describe('an app in code and in a file', () => {
  test('R112 has the same routes, schemas and batching', async () => {
    const reports = await Promise.all(forms.map((form) => inspectApp(fileOf(form))))

    for (const report of reports) expect({ ...report, app: '' }).toEqual({ ...reports[0], app: '' })
  })

  test('R112 has schemas with the same fingerprints, as strict', async () => {
    const apps = await Promise.all(forms.map(async (form) => loadApp((await bundleApp(fileOf(form))).url)))
    const [first, ...others] = apps.map(({ stages, endpoints }) => ({
      endpoints: endpoints.map(({ path, stages: all, config }) => ({
        path,
        stages: all.map(({ name }) => name),
        config,
      })),
      stages: Array.from(stages.values(), ({ name, input, output, config }) => ({
        name,
        config,
        schemas: [input, output].map((schema) => [schema?.fingerprint, schema?.isStrict]),
      })),
    }))

    for (const other of others) expect(other).toEqual(first)
    expect(first.stages.map(({ schemas }) => schemas[0][0])).toContain('f:float32,n?:float64,o?:utf8,l:[int64]')
  })
})

describe('R023 R112 the same requests have the same answers', () => {
  const servers = new Map<string, Server>()

  beforeAll(async () => {
    for (const form of forms) servers.set(form, new Server({ app: fileOf(form), port: 0, logLevel: 'silent' }, {}))
    await Promise.all(Array.from(servers.values(), (server) => server.serve()))
  })
  afterAll(async () => void (await Promise.all(Array.from(servers.values(), (server) => server.stop()))))

  const requests: readonly (readonly [path: string, body: unknown])[] = [
    ['/inference', { x: 1 }],
    ['/inference', [{ x: 0 }, { x: -11 }, { x: 2 }]],
    ['/inference', [{ x: 0, more: 1 }]],
    ['/wide', { f: 1, n: null, l: [1] }],
    ['/wide', { f: 10, n: null, l: [1] }],
    ['/wide', { f: 1, l: [1] }],
    ['/nowhere', {}],
  ]

  test.each(requests)('R023 %s %j', async (path, body) => {
    const answers = await Promise.all(
      forms.map(async (form) => {
        const url = servers.get(form)?.address?.url ?? ''
        const headers = { 'x-request-id': 'same' }
        const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), headers })
        return { status: response.status, signed: response.headers.get('x-signed'), text: await response.text() }
      }),
    )

    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0].signed).toBe(path === '/nowhere' ? null : 'yes')
  })
})

test('a module exports one app', async () => {
  const folder = await mkdtemp(join(fileURLToPath(new URL('.', import.meta.url)), '.a-two-'))
  await writeFile(
    join(folder, 'app.ts'),
    "import { app } from '@redesmyn/core'\nexport const a = app({ endpoints: [] })\nexport default app({ endpoints: [] })",
  )

  const inspected = inspectApp(join(folder, 'app.ts'))

  await expect(inspected).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: 'a module exports one app, got 2' })
  await rm(folder, { recursive: true })
})

describe('a file that declares an app', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'declared-'))
    await writeFile(join(folder, 'handlers.js'), 'export const echo = (batch) => batch.rows()\n')
  })
  afterAll(() => rm(folder, { recursive: true }))

  const refusals: readonly (readonly [text: string, words: string])[] = [
    ['stages: [', 'cannot be read'],
    ['stage: {}', 'has "stage", expected only stages, endpoints'],
    ['stages: { a: { handler: ./handlers.js#echo, thread: 2 } }', 'has "thread", expected only'],
    ['stages: { a: { threads: 2 } }', 'must have a handler'],
    ['stages: { a: { handler: ./handlers.js#other } }', '"./handlers.js#other"'],
    ['stages: { a: { handler: ./nowhere.js } }', './nowhere.js'],
    ['stages: { a: { handler: ./handlers.js#echo, threads: 0 } }', 'threads of stage "a" must be'],
    ['stages: { a: { handler: ./handlers.js#echo, input: { type: string } } }', 'input of stage "a"'],
    ['endpoints: [{ path: /a, stage: b }]', 'must have a stage of this file'],
    ['endpoints: [{ stage: b }]', 'must have a path'],
    ['stages: { a: { handler: ./handlers.js#echo } }', 'exports no endpoint'],
  ]

  test.each(refusals)('that says %j is refused', async (text, words) => {
    const file = join(folder, 'services.yaml')
    await writeFile(file, text)

    await expect(inspectApp(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(words),
    })
  })

  test('needs no packages beside it', async () => {
    const file = join(folder, 'alone.json')
    const stages = { a: { handler: './handlers.js#echo' } }
    await writeFile(file, JSON.stringify({ stages, endpoints: [{ path: '/a', stage: 'a' }] }))

    expect(await inspectApp(file)).toMatchObject({ app: file, endpoints: [{ path: '/a', stages: ['a'] }] })
  })
})
