import { type Between, between, type CallContext, type Medium } from '@redesmyn/cascade'
import { afterAll, afterEach, expect, test } from 'vitest'
import { batchOf, bytesOf } from '../handoff/rows-batch.ts'
import { hop } from './apps/hop.ts'
import { app, crossingApp, host, OfferedStages, type Place, service } from './placements.ts'

const stages = new OfferedStages(crossingApp('hop.ts'), ['hop'])
const ways: Between[] = []
afterEach(async () => {
  for (const way of ways.splice(0)) await way.close('abort')
})
afterAll(() => stages.close())

const mediumOf: Readonly<Record<string, (address: string) => Medium>> = {
  service: () => between.service(),
  app: (address) => between.app({ socket: address.slice('unix:'.length) }),
  host: (address) => between.host({ urls: [address] }),
}

async function open({ name }: Place, address: string): Promise<Between> {
  const way = mediumOf[name](address).open([hop])
  ways.push(way)
  return way
}

function context(idempotencyKey: string): CallContext {
  const { signal } = new AbortController()
  return { signal, deadlineMs: Infinity, attempt: 1, idempotencyKey, traceparent: undefined, partition: {} }
}

const valueBytes = 8
/** Of heads, schemas and ends of streams, there and back: whatever the rows are. */
const mostHeadBytes = 4096

function floats(count: number) {
  const records = Array.from({ length: count }, (_, row) => ({ x: row / 7 }))
  return batchOf(hop.input, records)
}

const places = [service, app, host]

test.each(places)(
  'C112 65,536 rows are one batch over $name, whose bytes are carried once each way',
  async (place) => {
    const { address, server, told } = await stages.at(place)
    const way = await open(place, address)
    const batch = floats(65_536)
    const before = told().length

    const { batch: answered, carried } = await way.call(batch, context('all'))

    expect(bytesOf(hop.output, answered)).toBe(bytesOf(hop.input, batch))
    const most = 2 * 65_536 * valueBytes + mostHeadBytes
    expect(carried.serialisedBytes).toBeLessThanOrEqual(server === undefined ? 0 : most)
    if (server === undefined) return
    const called = told().slice(before)
    expect(called.map(({ rowCount }) => rowCount)).toEqual([65_536])
    expect(called[0]?.['pid']).not.toBe(process.pid)
  },
  60_000,
)

test.each(places)(
  'C113 64 KB go over $name and back in one call, with little beside them',
  async (place) => {
    const { address, server, told } = await stages.at(place)
    const way = await open(place, address)
    const batch = floats(65_536 / valueBytes)
    const before = told().length

    const carried: number[] = []
    for (let call = 0; call < 20; call++) {
      const reply = await way.call(batch, context(`call ${call}`))
      expect(reply.batch.rowCount).toBe(batch.rowCount)
      carried.push(reply.carried.serialisedBytes)
    }

    const least = server === undefined ? 0 : 2 * 65_536
    for (const bytes of carried) {
      expect(bytes).toBeGreaterThanOrEqual(least)
      expect(bytes).toBeLessThanOrEqual(server === undefined ? 0 : least + mostHeadBytes)
    }
    expect(told().length - before).toBe(server === undefined ? 0 : 20)
  },
  60_000,
)
