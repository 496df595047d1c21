import { fileURLToPath } from 'node:url'
import { between, compose, handoff, invoke, type Medium, pipelineHash } from '@redesmyn/cascade'
import { pipe } from '@redesmyn/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { before, behind, map } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { type GivenRow, randomRows } from '../handoff/random-rows.ts'
import { batchOf, bytesOf } from '../handoff/rows-batch.ts'
import { app, container, host, hostAsJson, OfferedStages, type OpenPlace, type Place } from './placements.ts'

const stages = new OfferedStages(fileURLToPath(new URL('../../apps/handoffs.ts', import.meta.url)), ['behind'])
afterAll(() => stages.close())

interface Kind {
  readonly place: Place
  open(address: string): Medium
  /** The rows as this way can carry them. */
  fit(rows: GivenRow[]): GivenRow[]
}

const kinds: readonly Kind[] = [
  {
    place: app,
    open: (address) => between.app({ socket: address.slice('unix:'.length) }),
    fit: (rows) => rows,
  },
  {
    place: container,
    open: (address) => between.container({ port: Number(new URL(address).port) }),
    fit: (rows) => rows,
  },
  { place: host, open: (address) => between.host({ urls: [address] }), fit: (rows) => rows },
  {
    place: hostAsJson,
    open: (address) => between.host({ urls: [address], format: 'json' }),
    // JSON has no zero below zero.
    fit: (rows) => rows.map((row) => ({ ...row, x: row.x + 0 })),
  },
]

describe.each(kinds)('a handoff over $place.name', ({ place, open, fit }) => {
  let served: OpenPlace
  let medium: Medium
  beforeAll(async () => {
    served = await stages.at(place)
    medium = open(served.address)
  })

  test('C2 R127 compose answers what invoke by hand does, bit for bit, for 1,000 random frames', {
    timeout: 60_000,
  }, async () => {
    const random = new SeededRandom(127)
    const composed = compose(behind, handoff(map, medium), before)

    for (let frame = 0; frame < 1000; frame++) {
      const rows = fit(randomRows(random))
      const together = await composed(rows)
      const apiece = await invoke(behind, await invoke(map, await invoke(before, rows)))

      expect(bytesOf(behind.output, batchOf(behind.output, together))).toBe(
        bytesOf(behind.output, batchOf(behind.output, apiece)),
      )
    }
  })

  test('C2 compose and pipe make the same plan', () => {
    expect(pipelineHash(pipe(before).to(handoff(map, medium), behind))).toBe(
      pipelineHash(compose(behind, handoff(map, medium), before)),
    )
  })
})
