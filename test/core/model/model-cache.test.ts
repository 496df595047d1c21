import { endpoint, type HandlerContext, modelCache, type ModelCacheOptions, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const options: ModelCacheOptions<string> = {
  store: { stat: async () => undefined },
  path: '/{name}/model.onnx',
  load: { load: ({ path }) => path },
}

test('what is not said has a default', () => {
  const cache = modelCache(options)

  expect(cache).toMatchObject({
    maxEntries: 128,
    maxBytes: Number.POSITIVE_INFINITY,
    notFoundTtlMs: 1000,
    refreshMs: undefined,
    prefetch: 'none',
  })
  expect(cache.path.names).toEqual(['name'])
  expect(Object.isFrozen(cache)).toBe(true)
})

test('a refresh is told in seconds', () => {
  expect(modelCache({ ...options, refresh: { everySeconds: 60 } }).refreshMs).toBe(60_000)
})

test.each<[string, Partial<ModelCacheOptions<string>>]>([
  ['maxEntries', { maxEntries: 0 }],
  ['maxEntries', { maxEntries: 1.5 }],
  ['maxBytes', { maxBytes: Number.NaN }],
  ['notFoundTtlMs', { notFoundTtlMs: -1 }],
  ['refresh.everySeconds', { refresh: { everySeconds: 0 } }],
  ['path', { path: 'model.onnx' }],
  ['prefetch', { prefetch: JSON.parse('"some"') }],
  ['prefetch', { prefetch: 'all' }],
])('an unusable %s is refused by name: %j', (name, wrong) => {
  expect(() => modelCache({ ...options, ...wrong })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(name) }),
  )
})

const Row = Type.Object({ x: Type.Number() })
const same = stage({
  name: 'same',
  input: Row,
  output: Row,
  handler: (batch, _context: HandlerContext<string>) => ({ x: batch.column('x') }),
})
const models = modelCache({ ...options, path: '/{name}/{kind}/model.onnx' })

test.each<[string, readonly string[], string]>([
  [
    '/predict/{name}',
    [],
    'the model path "/{name}/{kind}/model.onnx" needs "kind", which the endpoint "/predict/{name}" does not have',
  ],
  ['/predict/{id}', [], 'the model path "/{name}/{kind}/model.onnx" needs "name", "kind", which the endpoint'],
  ['/{name}/{kind}/{id}/{at}', [], 'has "id", "at", which the model path "/{name}/{kind}/model.onnx" does not use'],
  ['/{name}/{kind}', ['kind'], 'has "kind" in its path and in its query'],
  ['/{name}', ['kind', 'kind'], 'has "kind" twice'],
  ['/{name}', ['kind', ''], 'has an empty name'],
])('R065 of the endpoint "%s" with the query %j, parameters that do not fit are named', (path, query, message) => {
  expect(() => endpoint(path, same, { models, query })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
  )
})

test('R065 a parameter that only the handler reads is named as such', () => {
  expect(() => endpoint('/{tenant}/{name}/{kind}', same, { models, ownParams: ['tenant'] })).not.toThrow()
  expect(() => endpoint('/{name}/{kind}', same, { models, ownParams: ['tenant'] })).toThrow(
    'ownParams of the endpoint "/{name}/{kind}" has "tenant", its path has not',
  )
})

test('R014 a query parameter may stand in the path of the model, and one that does not is only declared', () => {
  const { config } = endpoint('/{name}', same, { models, query: ['kind', 'region'] })

  expect(config.query).toEqual(['kind', 'region'])
})
