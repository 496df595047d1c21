import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutput } from '../../fault/run/read-output.ts'
import { firstDifference, reportOf, TaxiFolder, taxiFlow } from '../taxi/taxi-run.ts'
import { elsewhere, OfferedStages } from './placements.ts'

const rows = 1_000_000
const stages = new OfferedStages(taxiFlow, ['score'])
let trips: TaxiFolder
let here: ReturnType<typeof readOutput>

beforeAll(async () => {
  trips = new TaxiFolder({ rows })
  reportOf(await trips.run('here'))
  here = readOutput(trips.output('here'))
}, 60_000)
afterAll(async () => {
  await stages.close()
  trips.remove()
})

test.each(elsewhere)(
  'C23 in placement $placement a million rows come out once each, and are the same bytes',
  async (place) => {
    const { flags } = await stages.at(place)

    const report = reportOf(await trips.run(place.name, flags))

    expect(report.rows).toMatchObject({ in: rows, out: rows, filtered: 0, rejected: 0 })
    expect(readOutput(trips.output(place.name)).parts).toEqual(here.parts)
    const { ids } = trips.read(place.name)
    expect(
      firstDifference(
        ids,
        Float64Array.from({ length: rows }, (_, id) => id),
      ),
    ).toBe(-1)
  },
  120_000,
)
