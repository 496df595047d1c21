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
])('an unusable %s is refused by name: %j', (name, wrong) => {
  expect(() => modelCache({ ...options, ...wrong })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(name) }),
  )
})

test('an endpoint whose path lacks a parameter of the model path is refused, and names it', () => {
  const Row = Type.Object({ x: Type.Number() })
  const same = stage({
    name: 'same',
    input: Row,
    output: Row,
    handler: (batch, _context: HandlerContext<string>) => ({ x: batch.column('x') }),
  })

  expect(() => endpoint('/predict/{id}', same, { models: modelCache(options) })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: 'the model path "/{name}/model.onnx" needs "name", which the endpoint "/predict/{id}" does not have',
    }),
  )
})
