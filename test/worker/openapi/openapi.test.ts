import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'
import { at, findOpenApiFaults, follow } from './find-openapi-faults.ts'

type Json = Readonly<Record<string, unknown>>

describe.each(testedKinds)('the OpenAPI document over %s', (kind) => {
  let app: ServedApp
  let document: Json

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'described/app.js')
    document = JSON.parse((await app.get('/openapi.json')).text)
  })
  afterAll(() => app.stop())

  const post = (path: string): Json => at(at(at(document, 'paths'), path), 'post')
  const schemaIn = (part: Json): Json => at(at(at(part, 'content'), 'application/json'), 'schema')

  test('M5 lists every route, and so does the one at the path that Mosec has', async () => {
    const { status, headers, text } = await app.get('/openapi/metadata.json')

    expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(Object.keys(at(document, 'paths'))).toEqual([
      '/exp',
      '/half/{by}',
      '/loose',
      '/columns',
      '/v1/embeddings',
      '/livez',
      '/readyz',
      '/metrics',
      '/',
      '/openapi.json',
      '/openapi/metadata.json',
      '/docs',
      '/openapi/swagger/',
    ])
    expect({ ...JSON.parse(text), servers: [{ url: '.' }] }).toEqual(document)
    expect(JSON.parse(text).servers).toEqual([{ url: '..' }])
  })

  test('has everything that OpenAPI 3.1 asks for', () => {
    expect(findOpenApiFaults(document)).toEqual([])
  })

  test('is named after the package of the app', () => {
    expect(document.info).toEqual({
      title: 'points-api',
      version: '1.2.3',
      description: 'Points in, exponentials out',
    })
  })

  test('M134 shows request and response schemas exactly where they are declared', () => {
    const record = { $ref: '#/components/schemas/exp.input' }
    const exp = post('/exp')
    const half = post('/half/{by}')
    const loose = post('/loose')

    expect(schemaIn(at(exp, 'requestBody'))).toEqual({ oneOf: [record, { type: 'array', items: record }] })
    expect(follow(record, document)).toEqual({
      type: 'object',
      required: ['x'],
      properties: { x: { type: 'number', maximum: 100 } },
    })
    expect(schemaIn(at(at(exp, 'responses'), '200'))).toMatchObject({
      oneOf: [
        { $ref: '#/components/schemas/exp.output' },
        { properties: { predictions: { items: { type: 'number' } } } },
      ],
    })
    // More digits than JSON's readers keep: as text, and without the bound that they cannot hold.
    expect(follow({ $ref: '#/components/schemas/half.output' }, document)).toMatchObject({
      properties: { count: { type: ['integer', 'string'], format: 'uint64' } },
    })
    expect(JSON.stringify(follow({ $ref: '#/components/schemas/half.output' }, document))).not.toContain('maximum')
    expect([half.summary, schemaIn(at(half, 'requestBody'))]).toEqual(['exp → half', schemaIn(at(exp, 'requestBody'))])
    expect(at(at(loose, 'requestBody'), 'content')).toEqual({
      'application/json': {},
      'application/vnd.apache.arrow.stream': {},
    })
    expect(at(at(at(at(loose, 'responses'), '200'), 'content'), 'application/json')).toEqual({})
  })

  test('M134 shows every refusal of every endpoint, with the body that it has', async () => {
    for (const path of ['/exp', '/half/{by}', '/loose', '/columns', '/v1/embeddings']) {
      const responses = at(post(path), 'responses')
      expect(Object.keys(responses)).toEqual(
        expect.arrayContaining(['400', '405', '408', '413', '415', '422', '429', '500', '503', '504']),
      )
    }
    const response = follow(at(at(post('/exp'), 'responses'), '422'), document)
    const { body } = await app.post('/exp', { x: 'two' })
    const described = at(at(follow(schemaIn(response), document), 'properties'), 'error')

    expect(described.required).toEqual(Object.keys(body.error))
    expect(Object.keys(at(response, 'headers'))).toContain('x-request-id')
    expect(response.description).toContain('RECORD_INVALID')
  })

  test('shows what may be sent: path parameters, media types, examples', () => {
    expect(post('/half/{by}').parameters).toContainEqual({
      name: 'by',
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })
    expect(at(post('/exp'), 'requestBody').required).toBe(true)
    expect(at(post('/loose'), 'requestBody').required).toBe(false)
    expect(Object.keys(at(at(post('/columns'), 'requestBody'), 'content'))).toEqual([
      'application/vnd.apache.arrow.stream',
    ])
    expect(at(at(at(post('/exp'), 'requestBody'), 'content'), 'application/json').examples).toEqual({
      record: { value: { x: 2 } },
      array: { value: [{ x: 2 }] },
    })
  })

  test('M6 the page that Mosec has leads to ours, which loads nothing from elsewhere', async () => {
    const { url, redirected, text } = await fetchPage(`${app.url}/openapi/swagger/`)

    expect([url, redirected]).toEqual([`${app.url}/docs`, true])
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//)
    for (const [, path] of text.matchAll(/(?:src|href)="(docs[^"]+)"/g)) {
      const { status, headers } = await app.get(`/${path}`)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/)
      expect(headers.get('cache-control')).toContain('max-age')
    }
  })
})

test('with docs off neither is there, and their paths stay reserved', async () => {
  const app = await ServedApp.start('http', 'described/app.js', { docs: 'off' })

  for (const path of ['/openapi.json', '/openapi/metadata.json', '/docs', '/docs/page.js', '/openapi/swagger/']) {
    expect([path, (await app.get(path)).status]).toEqual([path, 404])
  }
  await app.stop()
})

async function fetchPage(address: string) {
  const response = await fetch(address)
  return { url: response.url, redirected: response.redirected, text: await response.text() }
}
