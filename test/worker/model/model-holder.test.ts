import type { ModelLoader, ModelRef } from '@redesmyn/core'
import { beforeEach, expect, test } from 'vitest'
import { ModelHolder } from '../../../packages/worker/dist/model/model-holder.js'
import { NativeGuard, threadControlBytes } from '../../../packages/worker/dist/interop/native-guard.js'
import { TestLog } from './test-log.ts'

let log: TestLog
let disposed: unknown[]

beforeEach(() => {
  log = new TestLog()
  disposed = []
})

function holder(loader: Partial<ModelLoader<unknown>> = {}): ModelHolder {
  const guard = new NativeGuard(new SharedArrayBuffer(threadControlBytes), () => undefined)
  return new ModelHolder({
    loader: {
      load: ({ path, version }) => `${path} ${version}`,
      dispose: (model) => void disposed.push(model),
      ...loader,
    },
    context: { stage: 'predict', slot: 1, log },
    guard: (call) => guard.run(call),
  })
}

function ref(key: string, version = '1'): ModelRef {
  return { key, version, path: `/store${key}`, byteLength: 1 }
}

test('a model that was loaded is there for its version only', async () => {
  const models = holder()
  await models.load(ref('/a'))

  expect(models.get(ref('/a'))).toBe('/store/a 1')
  expect(() => models.get(ref('/a', '2'))).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  expect(() => models.get(ref('/b'))).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
})

test('another version stands beside the one before, until that is told to go', async () => {
  const models = holder()
  await models.load(ref('/a', '1'))
  await models.load(ref('/a', '2'))

  expect([models.get(ref('/a', '1')), models.get(ref('/a', '2'))]).toEqual(['/store/a 1', '/store/a 2'])
  await models.unload([ref('/a', '1')])
  expect(disposed).toEqual(['/store/a 1'])
  expect(models.get(ref('/a', '2'))).toBe('/store/a 2')
})

test('a model is disposed of once, and a version that came later is not let go in its place', async () => {
  const models = holder()
  await models.load(ref('/a', '2'))

  await models.unload([ref('/a', '1'), ref('/b')])
  expect(disposed).toEqual([])

  await models.unload([ref('/a', '2')])
  await models.unload([ref('/a', '2')])
  expect(disposed).toEqual(['/store/a 2'])
})

test('a loader that throws says why, but not where the store lies', async () => {
  const models = holder({
    load: ({ path }) => {
      throw new Error(`Load model from ${path} failed:\nInvalid protobuf`)
    },
  })

  await expect(models.load(ref('/a'))).rejects.toMatchObject({
    code: 'MODEL_LOAD_FAILED',
    message: 'the model "/a" could not be loaded: Load model from /a failed: Invalid protobuf',
  })
})

test('a model that cannot be disposed of is logged and gone', async () => {
  const models = holder({
    dispose: () => {
      throw new Error('busy')
    },
  })
  await models.load(ref('/a'))

  await models.unload([ref('/a')])

  expect(log.warnings).toEqual(['A model could not be disposed of.'])
  expect(() => models.get(ref('/a'))).toThrow()
})
