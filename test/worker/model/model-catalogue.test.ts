import { modelCache, type ModelRef, type ModelState, type ModelStore, type PathParams } from '@redesmyn/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { ModelCatalogue } from '../../../packages/worker/dist/model/model-catalogue.js'
import type { ListedModel, ModelHost } from '../../../packages/worker/dist/model/model-host.js'
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
  return new ModelCatalogue({ models, appFolder: '/app', host: undefined, callNames: [], clock, log })
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

describe('with a stage behind it', () => {
  /** Remembers what it was told, and does none of it. */
  class TestHost implements ModelHost {
    readonly renewals: { readonly newer: ModelRef; readonly onRenewed: (newer: ModelRef) => void }[] = []
    prefetched: readonly ListedModel[] = []
    states: Readonly<Record<string, ModelState>> = {}

    renew(newer: ModelRef, onRenewed: (newer: ModelRef) => void): void {
      this.renewals.push({ newer, onRenewed })
    }

    async prefetch(models: readonly ListedModel[]): Promise<number> {
      this.prefetched = models
      return 1
    }

    stateOf({ version }: ModelRef): ModelState {
      return this.states[version] ?? 'absent'
    }
  }

  let host: TestHost

  function hosted(callNames: readonly string[] = []): ModelCatalogue {
    host = new TestHost()
    const listing: ModelStore = {
      stat: (key) => store.stat(key),
      list: async () =>
        ['/a', '/c', '/b'].map((key, index) => ({
          key: `${key}${key}/model`,
          path: key,
          version: '1',
          byteLength: 7,
          ...(index > 0 && { modifiedAtMs: 100 }),
        })),
    }
    const models = modelCache({
      store: listing,
      path: '/{country}/{region}/model',
      load: { load: () => 0 },
      refresh: { everySeconds: 2 },
      prefetch: 'all',
    })
    return new ModelCatalogue({ models, appFolder: '/app', host, callNames, clock, log })
  }

  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  test('R072 the newest artifacts are loaded first, and are known from then on', async () => {
    const models = hosted()

    expect(await models.prefetch(new AbortController().signal)).toEqual({ found: 3, loaded: 1 })

    expect(host.prefetched.map(({ ref }) => ref.path)).toEqual(['/b', '/c', '/a'])
    store.put('/unused', '1')
    expect(store.asked).toEqual([])
  })

  test.each([
    [['country', 'region'], { country: 'b', region: 'b' }],
    [['country', 'region', 'user'], undefined],
  ])('of calls with the parameters %j the stage is told those of each artifact', async (callNames, params) => {
    const models = hosted(callNames)

    await models.prefetch(new AbortController().signal)

    expect(host.prefetched[0].params).toEqual(params)
  })

  test('a newer version is named to requests once it is loaded, and not before', async () => {
    store.put(path, 'v1')
    const models = hosted()
    const v1 = await models.resolve(california)
    store.put(path, 'v2')
    clock.advance(2000)
    void models.resolve(california)
    await settle()

    expect(models.resolve(california)).toBe(v1)
    clock.advance(2000)
    void models.resolve(california)
    await settle()
    // It is on its way already.
    expect(host.renewals).toHaveLength(1)

    host.renewals[0].onRenewed(host.renewals[0].newer)
    expect(models.resolve(california)).toMatchObject({ version: 'v2' })
  })

  test('a version that is withdrawn before it serves makes way for the one that does', async () => {
    store.put(path, 'v1')
    const models = hosted()
    const v1 = await models.resolve(california)
    for (const version of ['v2', 'v1']) {
      store.put(path, version)
      clock.advance(2000)
      void models.resolve(california)
      await settle()
    }

    expect(host.renewals.map(({ newer }) => newer.version)).toEqual(['v2', 'v1'])
    host.renewals[1].onRenewed(host.renewals[1].newer)
    expect(models.resolve(california)).toBe(v1)
  })

  test('people may see what is known, and how it stands', async () => {
    store.put(path, 'v1')
    const models = hosted()
    await models.resolve(california)
    host.states = { v1: 'ready' }
    clock.advance(1500)

    expect(models.list()).toEqual([
      { key: path, state: 'ready', version: 'v1', sizeBytes: 10, updatedAgoMs: 1500, nextUpdateMs: 500 },
    ])
  })
})
