import {
  CacheState,
  type ModelDemand,
  type ModelOrder,
  type ModelRef,
  PipelineError,
  type SlotLoad,
} from '@redesmyn/core'
import { describe, expect, test } from 'vitest'

const unbounded = { maxEntries: 128, maxBytes: Number.POSITIVE_INFINITY }

const loadedAtOnce = { loadMs: 100, atMs: 0 }

function ref(key: string, { version = '1', byteLength = 10 } = {}): ModelRef {
  return { key, path: `/models${key}`, version, byteLength }
}

const [a, b, c] = [ref('/a'), ref('/b'), ref('/c')]

function idle(...slots: readonly number[]): readonly SlotLoad[] {
  return slots.map((slot) => ({ slot, running: [] }))
}

/** Wants the model now and lets the slot that is told to load it do so. */
function load(state: CacheState, model: ModelRef, slots: readonly SlotLoad[]): readonly ModelOrder[] {
  const { orders } = state.plan([{ model, oldestAtMs: 0 }], slots, 0)
  for (const order of orders) if (order.model !== undefined) state.loaded(order.slot, order.model, loadedAtOnce)
  return orders
}

function want(...models: readonly ModelRef[]): readonly ModelDemand[] {
  return models.map((model) => ({ model, oldestAtMs: 0 }))
}

describe('demand', () => {
  test('a model that nobody holds is loaded once, however many rows wait for it', () => {
    const state = new CacheState(unbounded)
    const slots = idle(1, 2, 3)

    const orders = Array.from({ length: 100 }, (_, nowMs) => state.plan(want(a), slots, nowMs).orders)

    expect(orders.flat()).toEqual([{ slot: 1, unload: [], model: a }])
  })

  test('a slot runs a model once it has loaded it, and nothing while it loads', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1))

    state.plan(want(b), idle(1), 0)
    expect([state.canRun(1, a), state.canRun(1, b)]).toEqual([false, false])

    state.loaded(1, b, loadedAtOnce)
    expect([state.canRun(1, a), state.canRun(1, b), state.canRun(2, b)]).toEqual([true, true, false])
  })

  test('a second slot loads a model when rows have waited longer than the last load took', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1, 2))
    const busy = [{ slot: 1, running: [a] }, ...idle(2)]

    expect(state.plan(want(a), busy, 99)).toEqual({ orders: [], refused: [], renewed: [], nextAtMs: 100 })
    expect(state.plan(want(a), busy, 100)).toEqual({
      orders: [{ slot: 2, unload: [], model: a }],
      refused: [],
      renewed: [],
      nextAtMs: undefined,
    })
  })

  test('rows that waited for the load do not cause another one', () => {
    const state = new CacheState(unbounded)
    state.plan(want(a), idle(1, 2), 0)
    state.loaded(1, a, { loadMs: 3000, atMs: 3000 })
    const busy = [{ slot: 1, running: [a] }, ...idle(2)]

    expect(state.plan(want(a), busy, 3001)).toEqual({ orders: [], refused: [], renewed: [], nextAtMs: 6000 })
  })

  test('rows that wait for company beside an idle slot load nothing', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1, 2))

    expect(state.plan(want(a), idle(1, 2), 60_000)).toEqual({
      orders: [],
      refused: [],
      renewed: [],
      nextAtMs: undefined,
    })
  })

  test('a stage that is never idle gets to a new model: the slot is kept free of new batches', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1))

    const { orders } = state.plan(want(b), [{ slot: 1, running: [a] }], 0)

    expect(orders).toEqual([])
    expect(state.canRun(1, a)).toBe(false)
    expect(state.plan([], idle(1), 1).orders).toEqual([{ slot: 1, unload: [], model: b }])
  })

  test('of more models than fit each runs once at least before it makes room', () => {
    const state = new CacheState({ ...unbounded, maxEntries: 1 })
    state.plan(want(a, b), idle(1), 0)
    state.loaded(1, a, loadedAtOnce)

    const before = state.plan(want(a, b), idle(1), 0).orders
    const canRun = state.canRun(1, a)
    state.touch(1, a)
    const after = state.plan(want(b), idle(1), 0).orders

    expect([before, canRun]).toEqual([[], true])
    expect(after).toEqual([{ slot: 1, unload: [a], model: b }])
  })

  test('what nobody waits for any more makes room although it never ran', () => {
    const state = new CacheState({ ...unbounded, maxEntries: 1 })
    load(state, a, idle(1))

    const { orders } = state.plan(want(b), idle(1), 0)

    expect(orders).toEqual([{ slot: 1, unload: [a], model: b }])
  })

  test('rows that only one slot may run wait for it, and load their model there although another holds it', () => {
    const state = new CacheState(unbounded)
    state.plan(want(a), idle(1, 2), 0)
    state.loaded(1, a, loadedAtOnce)
    const home = { model: a, oldestAtMs: 0, slot: 2 }

    const { orders } = state.plan([home], idle(1, 2), 0)
    state.loaded(2, a, loadedAtOnce)
    const later = state.plan([home], [{ slot: 2, running: [a] }, ...idle(1, 3)], 10_000)

    expect(orders).toEqual([{ slot: 2, unload: [], model: a }])
    expect(later).toMatchObject({ orders: [], nextAtMs: undefined })
  })

  test('of two slots one goes on with the models that are loaded', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1, 2))

    expect(state.plan(want(b, c), idle(1, 2), 0).orders).toEqual([{ slot: 2, unload: [], model: b }])
    expect(state.plan(want(c), idle(1), 10_000).orders).toEqual([])
    expect(state.canRun(1, a)).toBe(true)
  })

  test('slots that hold nothing may all load at once', () => {
    const state = new CacheState(unbounded)

    const { orders } = state.plan(want(a, b), idle(1, 2), 0)

    expect(orders.map(({ slot }) => slot)).toEqual([1, 2])
  })

  test('a load goes where it holds up the fewest models, rather than where no batch runs', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1))
    load(state, b, idle(2))
    state.plan(want(b), [{ slot: 2, running: [b] }, ...idle(3)], 1000)
    state.loaded(3, b, loadedAtOnce)

    const { orders } = state.plan(want(c), [...idle(1), { slot: 2, running: [b] }, { slot: 3, running: [b] }], 0)

    expect(orders).toEqual([])
    expect([1, 2, 3].map((slot) => state.canRun(slot, slot === 1 ? a : b))).toEqual([true, false, true])
  })
})

describe('limits', () => {
  test('R070 the model used longest ago makes room', () => {
    const state = new CacheState({ ...unbounded, maxEntries: 2 })
    load(state, a, idle(1))
    load(state, b, idle(1))
    state.touch(1, a)

    expect(load(state, c, idle(1))).toEqual([{ slot: 1, unload: [b], model: c }])
    expect([a, b, c].map((one) => state.canRun(1, one))).toEqual([true, false, true])
  })

  test('it makes room whichever slot holds it', () => {
    const state = new CacheState({ ...unbounded, maxEntries: 2 })
    load(state, a, idle(1, 2))
    load(state, b, idle(1, 2))

    const orders = load(state, c, [{ slot: 1, running: [] }])

    expect(orders).toEqual([{ slot: 1, unload: [a], model: c }])
    expect(load(state, a, idle(1, 2))).toEqual([
      { slot: 1, unload: [], model: a },
      { slot: 2, unload: [b], model: undefined },
    ])
  })

  test('a model whose batch runs stays', () => {
    const state = new CacheState({ ...unbounded, maxEntries: 1 })
    load(state, a, idle(1, 2))

    const orders = load(state, b, [{ slot: 1, running: [a] }, ...idle(2)])

    expect(orders).toEqual([{ slot: 2, unload: [], model: b }])
    expect(state.canRun(1, a)).toBe(true)
  })

  test('a model that rows wait for stays, where another may go', () => {
    const state = new CacheState({ ...unbounded, maxEntries: 2 })
    load(state, a, idle(1))
    load(state, b, idle(1))

    expect(state.plan(want(c, a), idle(1), 0).orders).toEqual([{ slot: 1, unload: [b], model: c }])
  })

  test('R071 bytes are bounded like entries', () => {
    const state = new CacheState({ ...unbounded, maxBytes: 25 })
    load(state, a, idle(1))
    load(state, b, idle(1))

    expect(load(state, c, idle(1))).toEqual([{ slot: 1, unload: [a], model: c }])
    expect(load(state, ref('/d', { byteLength: 20 }), idle(1))[0].unload).toEqual([b, c])
  })

  test('a model larger than the cache is refused', () => {
    const state = new CacheState({ ...unbounded, maxBytes: 9 })

    const { orders, refused } = state.plan(want(a), idle(1), 0)

    expect(orders).toEqual([])
    expect(refused).toMatchObject([
      { model: a, error: { code: 'MODEL_LOAD_FAILED', message: 'the model "/a" has 10 bytes, the cache takes 9' } },
    ])
  })

  test('another version takes the place of the one before', () => {
    const state = new CacheState(unbounded)
    const newer = ref('/a', { version: '2' })
    load(state, a, idle(1))

    expect(load(state, newer, idle(1))).toEqual([{ slot: 1, unload: [a], model: newer }])
    expect(state.canRun(1, a)).toBe(false)
    expect(state.canRun(1, newer)).toBe(true)
  })
})

describe('a newer version', () => {
  const newer = ref('/a', { version: '2', byteLength: 20 })

  /** Lets every slot that is told to load do so, as often as a plan asks for it. Returns the orders of each plan. */
  function settle(state: CacheState, slots: readonly SlotLoad[]): (readonly ModelOrder[])[] {
    const plans: (readonly ModelOrder[])[] = []
    for (let round = 0; round < 10; round++) {
      const { orders } = state.plan([], slots, 0)
      if (orders.length > 0) plans.push(orders)
      for (const order of orders) if (order.model !== undefined) state.loaded(order.slot, order.model, loadedAtOnce)
    }
    return plans
  }

  /** Both slots hold a. */
  function heldTwice(): CacheState {
    const state = new CacheState(unbounded)
    for (const slot of [1, 2]) state.loaded(slot, a, loadedAtOnce)
    return state
  }

  test('is loaded by one slot after another beside the older one, which then goes', () => {
    const state = heldTwice()

    state.renew(newer)

    expect(settle(state, idle(1, 2))).toEqual([
      [{ slot: 1, unload: [], model: newer }],
      [{ slot: 2, unload: [], model: newer }],
      [
        { slot: 1, unload: [a], model: undefined },
        { slot: 2, unload: [a], model: undefined },
      ],
    ])
    expect([1, 2].map((slot) => [state.canRun(slot, a), state.canRun(slot, newer)])).toEqual([
      [false, true],
      [false, true],
    ])
  })

  test('is told once it is wherever the older one was, and until then the older one runs', () => {
    const state = heldTwice()
    state.renew(newer)

    const first = state.plan([], idle(1, 2), 0)
    expect([first.renewed, state.canRun(1, a), state.canRun(2, a), state.stateOf(a)]).toEqual([
      [],
      false,
      true,
      'renewing',
    ])
    state.loaded(1, newer, loadedAtOnce)
    expect([state.plan([], idle(1, 2), 0).renewed, state.canRun(1, a)]).toEqual([[], true])
    state.loaded(2, newer, loadedAtOnce)

    expect(state.plan([], idle(1, 2), 0).renewed).toEqual([newer])
    expect(state.plan([], idle(1, 2), 0).renewed).toEqual([])
  })

  test('that nobody waits for is told at once where no slot holds an older one', () => {
    const state = new CacheState(unbounded)
    state.renew(newer)

    expect(state.plan([], idle(1), 0)).toMatchObject({ orders: [], renewed: [newer] })
  })

  test('waits for a slot that is loading the older one', () => {
    const state = new CacheState(unbounded)
    state.plan(want(a), idle(1), 0)
    state.renew(newer)

    expect(state.plan([], [], 0).renewed).toEqual([])
    state.loaded(1, a, loadedAtOnce)
    expect(state.plan([], idle(1), 0).orders).toEqual([{ slot: 1, unload: [], model: newer }])
  })

  test('the older one stays as long as rows want it or a batch of it runs', () => {
    const state = heldTwice()
    state.renew(newer)
    for (const slot of [1, 2]) {
      state.plan([], idle(1, 2), 0)
      state.loaded(slot, newer, loadedAtOnce)
    }

    expect(state.plan(want(a), idle(1, 2), 0).orders).toEqual([])
    expect(state.plan([], [{ slot: 1, running: [a] }, ...idle(2)], 0).orders).toEqual([
      { slot: 2, unload: [a], model: undefined },
    ])
    expect(state.plan([], idle(1, 2), 0).orders).toEqual([{ slot: 1, unload: [a], model: undefined }])
  })

  test('makes no other model go because both versions are there for a while', () => {
    const state = new CacheState({ maxEntries: 2, maxBytes: 30 })
    load(state, a, idle(1))
    load(state, b, idle(1))

    state.renew(newer)

    expect(settle(state, idle(1))).toEqual([
      [{ slot: 1, unload: [], model: newer }],
      [{ slot: 1, unload: [a], model: undefined }],
    ])
    expect(state.canRun(1, b)).toBe(true)
  })

  test('that cannot be loaded leaves the older one in use, and is tried again after a while', () => {
    const state = heldTwice()
    const error = new PipelineError('MODEL_LOAD_FAILED', 'not a model')
    state.renew(newer)
    state.plan([], idle(1, 2), 0)

    state.failed(1, newer, { error, atMs: 0 })

    expect([state.canRun(1, a), state.canRun(2, a)]).toEqual([true, true])
    expect(state.plan([], idle(1, 2), 1)).toEqual({ orders: [], refused: [], renewed: [], nextAtMs: 500 })
    expect(state.plan([], idle(1, 2), 500).orders).toEqual([{ slot: 1, unload: [], model: newer }])
  })

  test('gives way to one that is newer still', () => {
    const state = heldTwice()
    const newest = ref('/a', { version: '3' })
    state.renew(newer)
    state.plan([], idle(1, 2), 0)
    state.loaded(1, newer, loadedAtOnce)

    state.renew(newest)
    settle(state, idle(1, 2))

    expect([1, 2].map((slot) => [a, newer, newest].map((one) => state.canRun(slot, one)))).toEqual([
      [false, false, true],
      [false, false, true],
    ])
  })
})

describe('failures', () => {
  const error = new PipelineError('MODEL_LOAD_FAILED', 'not a model')

  test('R069 a model that failed is refused for a while, longer each time, and others are not', () => {
    const state = new CacheState(unbounded)
    const refusedAt = (nowMs: number): readonly ModelRef[] =>
      state.plan(want(a, b), [], nowMs).refused.map(({ model }) => model)

    state.failed(1, a, { error, atMs: 0 })
    expect([refusedAt(499), refusedAt(500)]).toEqual([[a], []])

    state.failed(1, a, { error, atMs: 500 })
    expect([refusedAt(1499), refusedAt(1500)]).toEqual([[a], []])
  })

  test('after a load that succeeds the next failure counts as the first', () => {
    const state = new CacheState(unbounded)
    state.failed(1, a, { error, atMs: 0 })
    state.loaded(1, a, loadedAtOnce)
    state.failed(1, a, { error, atMs: 0 })

    expect(state.plan(want(a), [], 500).refused).toEqual([])
  })

  test('a slot that failed to load takes its other models again', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1))
    state.plan(want(b), idle(1), 0)

    state.failed(1, b, { error, atMs: 0 })

    expect(state.canRun(1, a)).toBe(true)
  })

  test('what a lost slot held, or was loading, is loaded elsewhere', () => {
    const state = new CacheState(unbounded)
    load(state, a, idle(1))
    state.plan(want(b), idle(1), 0)

    state.slotLost(1)
    const { orders } = state.plan(want(a, b), idle(2, 3), 0)

    expect(state.canRun(1, a)).toBe(false)
    expect(orders.map(({ model }) => model)).toEqual([a, b])
  })
})
