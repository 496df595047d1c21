import polars from 'nodejs-polars'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CascadeProcess } from '../cascade-process.ts'
import { firstDifference, reportOf, taxiFlow, TaxiFolder } from './taxi-run.ts'

const rows = 1_000_000
const requestRows = 50_000
const mediaType = 'application/vnd.apache.arrow.stream'
const rideColumns = [
  'trip_id',
  'picked_up',
  'seconds',
  'passengers',
  'distance_km',
  'pickup_zone',
  'dropoff_zone',
  'fare',
]

test('R121 C6 the same stages give a million rows the same columns behind HTTP and in a run', async () => {
  const trips = new TaxiFolder({ rows })
  const served = new CascadeProcess(['serve', taxiFlow, '--port', '0', '--log-format', 'json'])
  try {
    reportOf(await trips.run('out', ['--threads', '2']))
    const url = new URL('/score', await served.url())
    const inputs = polars
      .scanParquet(join(trips.path, 'data', '*.parquet'))
      .select(...rideColumns)
      .collectSync()
    const ids: number[] = []
    const scores: number[] = []
    for (let from = 0; from < rows; from += requestRows) {
      const body = new Uint8Array(inputs.slice(from, requestRows).writeIPCStream())
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': mediaType, accept: mediaType },
      })
      expect(response.status).toBe(200)
      const answer = polars.readIPCStream(Buffer.from(await response.arrayBuffer()))
      ids.push(...answer.getColumn('trip_id').toArray().map(Number))
      scores.push(...answer.getColumn('score').toArray().map(Number))
    }

    const batch = trips.read('out')
    expect(firstDifference(ids, batch.ids)).toBe(-1)
    expect(firstDifference(scores, batch.scores)).toBe(-1)
  } finally {
    served.kill('SIGTERM')
    await served.ended
    trips.remove()
  }
}, 180_000)
