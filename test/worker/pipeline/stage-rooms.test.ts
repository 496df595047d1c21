import { column, compileRecordSchema, measureRecords } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'
import type { Slab } from '../../../packages/worker/dist/memory/slab.js'
import { StageRooms } from '../../../packages/worker/dist/pipeline/stage-rooms.js'

const { fields } = compileRecordSchema(Type.Object({ image: column.bytes() }), 'the test')
const group = { key: '', fields, params: {}, model: undefined }

function open(maxRows: number) {
  const pool = new SlabPool({ maxBytes: 512 << 20, poison: 'never' })
  return { pool, rooms: new StageRooms(pool, { maxRows, columnBytes: {}, output: fields }) }
}

function needOf(length: number) {
  return measureRecords(fields, [{ image: new Uint8Array(length) }], 0, 1)
}

function outputRoomOf(slab: Slab | undefined): number {
  return slab?.shape.outputCapacity?.variable[0] ?? 0
}

test('rows of nearly the same length, one after the other, share one slab', () => {
  const { pool, rooms } = open(256)
  const seen = new Set<number>()

  for (let index = 0; index < 100; index++) {
    const slab = rooms.openFor(group, needOf(1_000_000 - index * 500))
    if (slab === undefined) throw new Error('the pool is empty')
    seen.add(slab.id)
    rooms.release(slab)
  }

  expect(seen.size).toBe(1)
  expect(pool.totalBytes).toBeLessThan(1.3e6)
})

test('rows of any length need few slabs, each with room for its row', () => {
  const { rooms } = open(256)
  const seen = new Set<number>()

  for (let length = 20_000; length < 16e6; length = Math.ceil(length * 1.01)) {
    const slab = rooms.openFor(group, needOf(length))
    if (slab === undefined) throw new Error('the pool is empty')
    expect(slab.writer.append({ image: new Uint8Array(length) })).toBe(true)
    seen.add(slab.id)
    rooms.release(slab)
  }

  expect(seen.size).toBeLessThan(50)
})

test('once outputs of a length were seen, slabs of long rows have room for them', () => {
  const { rooms } = open(256)
  const need = needOf(1_000_000)
  const slab = rooms.openFor(group, need)
  if (slab === undefined) throw new Error('the pool is empty')

  expect(outputRoomOf(slab)).toBeLessThan(1000)
  rooms.growOutput(slab, need)
  expect(outputRoomOf(rooms.openFor(group, need))).toBeGreaterThanOrEqual(1_000_000)
  rooms.growOutput(slab, needOf(100_000_000))
  expect(outputRoomOf(rooms.openFor(group, need))).toBeLessThan(17e6)
})

test('a batch of few rows grows until it holds some that are long', () => {
  const { rooms } = open(8)

  for (let round = 0; round < 20; round++) rooms.growInput(fields)
  const slab = rooms.open(group)

  for (let row = 0; row < 4; row++) expect(slab?.writer.append({ image: new Uint8Array(1_000_000) })).toBe(true)
  expect(slab?.buffer.byteLength).toBeLessThan(5e6)
})

test('a pool that is small beside a row gives it exactly the room it needs', () => {
  const pool = new SlabPool({ maxBytes: 1 << 20, poison: 'never' })
  const rooms = new StageRooms(pool, { maxRows: 256, columnBytes: {}, output: undefined })

  expect(rooms.openFor(group, needOf(900_000))?.buffer.byteLength).toBeLessThan(1 << 20)
})
