import { copyFileSync, linkSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeTrips } from '@redesmyn/examples/taxi/write-trips'
import { expect, test } from 'vitest'
import { runCascade } from '../cascade-process.ts'
import { reportOf, taxiFlow, TaxiFolder } from './taxi-run.ts'

/** The row's own number takes a minute to be made. */
const fileCount = process.env.TAXI_WHOLE === undefined ? 200 : 10_000

test(`C114 ${fileCount} files are explained, run and found to be there already`, async () => {
  const trips = new TaxiFolder({ rows: 10, fileRows: 10, groupRows: 10 })
  try {
    const data = join(trips.path, 'data')
    const [first] = readdirSync(data)
    for (let file = 1; file < fileCount; file++) {
      linkSync(join(data, first), join(data, `trips-${String(file).padStart(5, '0')}.parquet`))
    }
    const explained = await runCascade(['run', `${taxiFlow}#scored`, ...trips.flags('out'), '--explain=json'])
    const made = reportOf(await trips.run('out', ['--threads', '2']))
    const again = reportOf(await trips.run('out', ['--threads', '2']))

    expect(explained.code).toBe(0)
    expect(made.parts).toEqual({ total: fileCount, selected: fileCount, committed: fileCount, skipped: 0 })
    expect(made.rows.out).toBe(10 * fileCount)
    expect([again.outcome, again.parts.skipped]).toEqual(['unchanged', fileCount])
  } finally {
    trips.remove()
  }
}, 300_000)

test('C114 the first part is committed while the run still reads', async () => {
  const trips = new TaxiFolder({ rows: 400_000, fileRows: 100_000, groupRows: 20_000 })
  try {
    const run = trips.start('out', ['--part-rows', '20000', '--threads', '1'])
    const seen: number[] = []
    const timer = setInterval(() => seen.push(countRecords(trips.output('out'))), 5)
    const report = reportOf(await run.ended)
    clearInterval(timer)

    const first = seen.find((count) => count > 0) ?? 0
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(report.parts.total)
  } finally {
    trips.remove()
  }
}, 120_000)

test('C116 a file twenty times as large as the others is several parts, which run side by side', async () => {
  const trips = new TaxiFolder({ rows: 20_000, fileRows: 20_000, groupRows: 20_000 })
  try {
    const large = join(trips.path, 'large')
    mkdirSync(large)
    writeTrips({ folder: large, rows: 400_000, fileRows: 400_000, groupRows: 20_000, format: 'parquet', seed: 2 })
    copyFileSync(join(large, 'trips-0000.parquet'), join(trips.path, 'data', 'trips-large.parquet'))
    const report = reportOf(await trips.run('out', ['--part-rows', '20000', '--threads', '2']))

    expect(report.parts.total).toBe(21)
    expect(report.rows.out).toBe(420_000)
  } finally {
    trips.remove()
  }
}, 120_000)

function countRecords(output: string): number {
  try {
    return readdirSync(join(output, '_cascade', 'commits')).length
  } catch {
    return 0
  }
}
