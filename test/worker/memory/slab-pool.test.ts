import { defaultCapacity, type Field } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'

const input: readonly Field[] = [{ name: 'x', type: { kind: 'float', bits: 64 }, isNullable: false }]

function shape(rows: number) {
  return {
    input,
    inputCapacity: defaultCapacity(input, rows),
    output: input,
    outputCapacity: defaultCapacity(input, rows),
  }
}

describe('the slab pool', () => {
  test('a slab is reused only after its last reference is dropped', () => {
    const pool = new SlabPool({ maxBytes: 1 << 20, poison: 'never' })
    const first = pool.open(shape(64), 'a')
    first?.retain()
    if (first !== undefined) pool.release(first)
    const second = pool.open(shape(64), 'a')
    const inUse = pool.slabsInUse
    if (first !== undefined) pool.release(first)
    const third = pool.open(shape(64), 'a')

    expect(second).not.toBe(first)
    expect(inUse).toBe(2)
    expect(third).toBe(first)
  })

  test('a freed slab is poisoned, and clean for its next user', () => {
    const pool = new SlabPool({ maxBytes: 1 << 20, poison: 'on-release' })
    const slab = pool.open(shape(8), 'a')
    slab?.writer.append({ x: 1 })
    const before = slab?.writer.batch().rows()
    const reader = slab?.writer.batch()
    if (slab !== undefined) pool.release(slab)
    const stale = reader?.rows()
    const again = pool.open(shape(8), 'a')
    again?.writer.append({ x: 2 })

    expect(before).toEqual([{ x: 1 }])
    expect(stale).not.toEqual([{ x: 1 }])
    expect(again?.writer.batch().rows()).toEqual([{ x: 2 }])
  })

  test('the bound holds: no slab beyond it, one that could never fit is refused, free slabs make room', () => {
    const slabBytes = (() => {
      const probe = new SlabPool({ maxBytes: 1 << 20, poison: 'never' })
      return probe.open(shape(64), 'a')?.buffer.byteLength ?? 0
    })()
    const pool = new SlabPool({ maxBytes: 3 * slabBytes, poison: 'never' })
    const slabs = [pool.open(shape(64), 'a'), pool.open(shape(64), 'a'), pool.open(shape(64), 'a')]
    const fourth = pool.open(shape(64), 'a')
    for (const slab of slabs) if (slab !== undefined) pool.release(slab)

    expect(fourth).toBeUndefined()
    expect(() => pool.open(shape(1024), 'b')).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }))
    expect(pool.open(shape(128), 'c')).toBeDefined()
    expect(pool.totalBytes).toBeLessThanOrEqual(3 * slabBytes)
    expect(pool.slabsInUse).toBe(1)
  })

  test('those who know a slab are told when it is gone for good', () => {
    const pool = new SlabPool({ maxBytes: 1 << 21, poison: 'never' })
    const gone: number[] = []
    const stopListening = pool.onDestroyed((slab) => gone.push(slab))
    const large = pool.open(shape(50_000), 'a')
    if (large !== undefined) pool.release(large)
    const first = [...gone]
    stopListening()

    expect(first).toEqual([large?.id])
  })

  test('an offer belongs to one of two: the thread that takes it or the side that takes it back', () => {
    const pool = new SlabPool({ maxBytes: 1 << 20, poison: 'never' })
    const slab = pool.open(shape(8), 'a')
    if (slab === undefined) throw new Error('no slab')
    slab.offer(1, 100)
    const offered = slab.generation
    const wasTaken = slab.header.move(offered, 1, 2)
    const wasRevoked = slab.revoke()
    slab.offer(1, 100)

    expect([wasTaken, wasRevoked]).toEqual([true, false])
    expect(slab.header.move(offered, 1, 2)).toBe(false)
    expect(slab.revoke()).toBe(true)
    expect(slab.header.move(slab.generation, 1, 2)).toBe(false)
  })
})
