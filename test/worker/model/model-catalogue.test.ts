import { modelCache, type ModelRef, type PathParams } from '@redesmyn/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { ModelCatalogue } from '../../../packages/worker/dist/model/model-catalogue.js'
import { type FakeClock, fakeClock } from '../../clock/fake-clock.ts'
import { CountingStore } from './counting-store.ts'
import { TestLog } from './test-log.ts'

let store: CountingStore
let clock: FakeClock
let log: TestLog

beforeEach(() => {
  store = new CountingStore()
  clock = fakeClock()
  log = new TestLog()
})

function catalogue({ everySeconds }: { readonly everySeconds?: number } = {}): ModelCatalogue {
  const models = modelCache({
    store,
    path: '/{country}/{region}/model',
    load: { load: ({ path }) => path },
    notFoundTtlMs: 1000,
    ...(everySeconds !== undefined && { refresh: { everySeconds } }),
  })
  return new ModelCatalogue({ models, appFolder: '/app', host: undefined, clock, log })
}

const california: PathParams = { region: 'US-CA', country: 'US' }
const path = '/US/US-CA/model'

describe('an artifact that is there', () => {
  test('has the path of its parameters as key, and the path and version that the store tells', async () => {
    store.put(path, 'v1')

    expect(await catalogue().resolve(california)).toEqual({
      key: path,
      path: `store:${path}`,
      version: 'v1',
      byteLength: 10,
    })
  })

  test('is asked for once, however many requests wait, and is known at once afterwards', async () => {
    store.put(path, 'v1')
    const models = catalogue()

    const refs = await Promise.all(Array.from({ length: 100 }, async () => models.resolve(california)))

    expect(new Set(refs).size).toBe(1)
    expect(models.resolve(california)).toBe(refs[0])
    clock.advance(1e9)
    expect(models.resolve(california)).toBe(refs[0])
    expect(store.asked).toEqual([path])
  })
})

describe('an artifact that is not there', () => {
  const missing = expect.objectContaining({
    code: 'MODEL_NOT_FOUND',
    message: 'there is no model for region "US-CA", country "US"',
  })

  test('is not asked for again before the time is over, then found without a restart', async () => {
    const models = catalogue()
    await expect(models.resolve(california)).rejects.toEqual(missing)
    store.put(path, 'v1')

    clock.advance(999)
    expect(() => models.resolve(california)).toThrow(missing)
    clock.advance(1)

    expect(await models.resolve(california)).toMatchObject({ version: 'v1' })
    expect(store.asked).toHaveLength(2)
  })

  test('is remembered for no more than a thousand paths', async () => {
    const models = catalogue()
    const ask = async (number: number): Promise<unknown> => {
      try {
        return await models.resolve({ country: 'x', region: `${number}` })
      } catch (error) {
        return error
      }
    }
    for (let number = 0; number < 1100; number++) await ask(number)
    store.asked.length = 0

    await ask(1099)
    expect(store.asked).toEqual([])
    await ask(0)
    expect(store.asked).toEqual(['/x/0/model'])
  })
})

test('a parameter that leads out of its segment never reaches the store', () => {
  expect(() => catalogue().resolve({ country: '..', region: 'x' })).toThrow(
    expect.objectContaining({ code: 'PARAMETER_INVALID' }),
  )
  expect(store.asked).toEqual([])
})

test('a store that cannot be read is not mistaken for one without the artifact', async () => {
  const models = catalogue()
  store.failWith(new Error('EIO'))
  await expect(models.resolve(california)).rejects.toEqual(expect.objectContaining({ code: 'MODEL_LOAD_FAILED' }))

  store.failWith(undefined)
  store.put(path, 'v1')

  expect(await models.resolve(california)).toMatchObject({ version: 'v1' })
})

describe('refresh', () => {
  async function warm(): Promise<{ models: ModelCatalogue; version: () => string }> {
    store.put(path, 'v1')
    const models = catalogue({ everySeconds: 2 })
    await models.resolve(california)
    return {
      models,
      version: () => {
        const ref: ModelRef | Promise<ModelRef> = models.resolve(california)
        if (ref instanceof Promise) throw new Error('the model was known already')
        return ref.version
      },
    }
  }

  /** Lets a store that answers in the next microtasks do so. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  test('asks for a newer version when the interval is over, and serves the old one until it is known', async () => {
    const { version } = await warm()
    store.put(path, 'v2')

    clock.advance(1999)
    expect(version()).toBe('v1')
    expect(store.asked).toHaveLength(1)

    clock.advance(1)
    expect(version()).toBe('v1')
    await settle()
    expect(version()).toBe('v2')
    expect(store.asked).toHaveLength(2)
  })

  test('an artifact that is gone goes on being served', async () => {
    const { version } = await warm()
    store.remove(path)
    clock.advance(2000)

    version()
    await settle()

    expect(version()).toBe('v1')
  })

  test('a store that fails costs no request, is logged, and is asked again after the next interval', async () => {
    const { version } = await warm()
    store.failWith(new Error('EIO'))
    clock.advance(2000)
    version()
    await settle()

    expect(version()).toBe('v1')
    expect(log.warnings).toEqual(['The model store could not be asked for a newer version.'])
    expect(store.asked).toHaveLength(2)

    store.failWith(undefined)
    store.put(path, 'v2')
    clock.advance(2000)
    version()
    await settle()
    expect(version()).toBe('v2')
  })
})
