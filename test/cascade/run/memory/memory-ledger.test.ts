import { expect, test } from 'vitest'
import { type BlockLoan, BlockMemory } from '../../../../packages/cascade/dist/run/memory/block-memory.js'
import type { Charge } from '../../../../packages/cascade/dist/run/memory/charge.js'
import { MemoryLedger } from '../../../../packages/cascade/dist/run/memory/memory-ledger.js'

const never = new AbortController().signal

/** Lets every promise that is settled tell so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

function watch(asked: Promise<Charge>): { readonly isIn: boolean; readonly charge: Promise<Charge> } {
  const state = { isIn: false, charge: asked }
  asked.then(
    () => (state.isIn = true),
    () => undefined,
  )
  return state
}

test('charges that do not fit wait, and go in the order in which they were asked for', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100, maxBatches: 10 })
  const first = await ledger.acquire(80, never)
  const large = watch(ledger.acquire(60, never))
  const small = watch(ledger.acquire(10, never))
  await settle()

  expect([large.isIn, small.isIn, ledger.isShort]).toEqual([false, false, true])
  first.release()
  await settle()
  expect([large.isIn, small.isIn, ledger.isShort]).toEqual([true, true, false])
  expect([ledger.usedBytes, ledger.peakBytes]).toEqual([70, 80])
})

test('no more batches are on the way than may be, however small they are', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 1000, maxBatches: 2 })
  const first = await ledger.acquire(1, never)
  await ledger.acquire(1, never)
  const third = watch(ledger.acquire(1, never))
  first.moveTo('stages')
  first.moveTo('write')
  await settle()

  expect(third.isIn).toBe(false)
  first.release()
  await settle()
  expect(third.isIn).toBe(true)
})

test('what is larger than the whole budget goes alone', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100, maxBatches: 4 })
  const first = await ledger.acquire(10, never)
  const giant = watch(ledger.acquire(500, never))
  await settle()

  expect(giant.isIn).toBe(false)
  first.release()
  await settle()
  expect(giant.isIn).toBe(true)
  const next = watch(ledger.acquire(10, never))
  await settle()
  expect(next.isIn).toBe(false)
})

test('a charge that grew is counted on its edge, and released once', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100, maxBatches: 4 })
  const charge = await ledger.acquire(10, never)
  charge.moveTo('stages')
  charge.resize(40)

  expect([ledger.bytesOn('read'), ledger.bytesOn('stages'), ledger.batchesOn('stages')]).toEqual([0, 40, 1])
  charge.release()
  charge.release()
  charge.resize(7)
  expect([ledger.usedBytes, ledger.batchesOn('stages')]).toEqual([0, 0])
})

test('who stops waiting makes room for who waits behind', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100, maxBatches: 4 })
  await ledger.acquire(80, never)
  const controller = new AbortController()
  const large = ledger.acquire(60, controller.signal)
  const small = watch(ledger.acquire(20, never))
  controller.abort(new Error('not any more'))

  await expect(large).rejects.toThrow('not any more')
  await settle()
  expect(small.isIn).toBe(true)
})

test('memory that a block gave back before it was written is lent again, however many wait to be written', async () => {
  const memory = new BlockMemory(new MemoryLedger({ budgetBytes: 10_000, maxBatches: 4 }), planned(1))
  const buffers = new Set<SharedArrayBuffer>()
  const unwritten: BlockLoan[] = []

  for (let block = 0; block < 20; block++) {
    const loan = await memory.lend(100, new AbortController().signal)
    buffers.add(loan.buffer)
    loan.charge.moveTo('stages')
    loan.returnBuffer()
    unwritten.push(loan)
    if (unwritten.length === 4) unwritten.shift()?.charge.release()
  }

  expect(buffers.size).toBe(1)
})

test('buffers are lent again where they are large enough and not far too large', async () => {
  const memory = new BlockMemory(new MemoryLedger({ budgetBytes: 10_000, maxBatches: 4 }), planned(1))
  const first = await memory.lend(1000, never)
  first.returnBuffer()
  first.charge.release()
  const [smaller, tiny] = [await memory.lend(600, never), await memory.lend(10, never)]

  expect(smaller.buffer).toBe(first.buffer)
  expect(tiny.buffer.byteLength).toBe(10)
})

test('a loan is charged for what its rows become, not only for what is read', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 10_000, maxBatches: 4 })
  await new BlockMemory(ledger, planned(2.5)).lend(1000, never)

  expect(ledger.usedBytes).toBe(2500)
})

test('what is larger than planned is charged for its copies in reader and writer as well', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100_000, maxBatches: 4 })
  await new BlockMemory(ledger, planned(2)).lend(11_000, never)

  expect(ledger.usedBytes).toBe(11_000 * 2 + 10_000 * 3)
})

test('a record that is held while it is read keeps another from being held, and becomes its block', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 60_000, maxBatches: 8 })
  const memory = new BlockMemory(ledger, planned(1))
  const held = await memory.hold(11_000, never)
  const other = watch(memory.hold(11_000, never))
  // What stands before it goes on, also where it has grown beyond all there is.
  memory.resizeHeld(held, 21_000)
  memory.lendAtOnce(500).charge.release()
  await settle()

  expect([other.isIn, ledger.usedBytes]).toEqual([false, 21_000 + 20_000 * 3])
  const { charge } = memory.lendHeld(16_000, held)
  expect(ledger.usedBytes).toBe(16_000 + 15_000 * 3)
  charge.release()
  await settle()
  expect(other.isIn).toBe(true)
})

function planned(bytesPerInputByte: number) {
  return { batchBytes: 1000, bytesPerInputByte }
}

test('what a reader keeps waits for room, and beside it one batch may always be on the way', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100, maxBatches: 4 })
  const before = await ledger.acquire(30, never)
  const kept = ledger.keep(150, never)
  await settle()
  expect(ledger.usedBytes).toBe(30)

  before.release()
  const charge = await kept
  const first = await ledger.acquireFirst(10, never)
  const second = watch(ledger.acquireFirst(10, never))
  await settle()

  expect([ledger.usedBytes, ledger.bytesOn('read'), second.isIn]).toEqual([160, 10, false])
  first.release()
  await settle()
  expect(second.isIn).toBe(true)
  charge.release()
  charge.release()
  expect(ledger.usedBytes).toBe(10)
})

test('readers that keep something go before those who wait for what they keep', async () => {
  const ledger = new MemoryLedger({ budgetBytes: 100, maxBatches: 4 })
  const one = await ledger.keep(60, never)
  const batch = await ledger.acquireFirst(30, never)
  const other = ledger.keep(60, never)
  const next = watch(ledger.acquireFirst(30, never))
  await settle()
  expect(next.isIn).toBe(false)

  batch.release()
  await settle()
  expect(next.isIn).toBe(true)
  one.resize(10)
  await other
  expect(ledger.usedBytes).toBe(100)
})
