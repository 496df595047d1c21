import { statSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutput } from '../../fault/run/read-output.ts'
import { firstDifference, type Report, reportOf, TaxiFolder } from './taxi-run.ts'

const rows = 1_000_000
let trips: TaxiFolder
/** With one thread, and all else as it is when nobody says anything. */
let one: Report

beforeAll(async () => {
  trips = new TaxiFolder({ rows })
  one = reportOf(await trips.run('one', ['--threads', '1']))
}, 60_000)
afterAll(() => trips.remove())

test('C23 C34 a million rows come out once each and in order, and are the same bytes with one thread and two', async () => {
  const two = reportOf(await trips.run('two', ['--threads', '2']))

  const { ids, scores } = trips.read('one')
  expect([one.rows, two.rows]).toEqual([one.rows, one.rows])
  expect(one.parts).toMatchObject({ total: 20, committed: 20, skipped: 0 })
  expect(
    firstDifference(
      ids,
      Float64Array.from({ length: rows }, (_, id) => id),
    ),
  ).toBe(-1)
  expect(new Set(scores).size).toBeGreaterThan(rows / 10)
  expect(readOutput(trips.output('two')).parts).toEqual(readOutput(trips.output('one')).parts)
}, 120_000)

test('C34 --unordered gives the same rows, each part its own', async () => {
  reportOf(await trips.run('unordered', ['--unordered', '--batch-rows', '1000', '--threads', '2']))

  const [ordered, unordered] = [trips.read('one'), trips.read('unordered')]
  const sorted = [...unordered.ids.keys()].toSorted((a, b) => unordered.ids[a] - unordered.ids[b])
  const ids = Float64Array.from(sorted, (row) => unordered.ids[row])
  const scores = Float32Array.from(sorted, (row) => unordered.scores[row])
  expect(firstDifference(ids, ordered.ids)).toBe(-1)
  expect(firstDifference(scores, ordered.scores)).toBe(-1)
}, 120_000)

test('C41 one bad row too many ends with 3, and with a higher limit the run goes on where it was', async () => {
  const bad = new TaxiFolder({ rows: 202_000, fileRows: 50_500, groupRows: 10_100, impossibleEvery: 2000 })
  try {
    const parts = ['--part-rows', '10100', '--threads', '1']
    const refused = await bad.run('out', [...parts, '--max-rejects', '100'])
    const before = new Map(bad.files('out').map((path) => [path, statSync(path).mtimeMs]))
    const report = reportOf(await bad.run('out', [...parts, '--max-rejects', '1000']))

    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('100')
    expect(before.size).toBeGreaterThan(0)
    expect(report.parts).toEqual({ total: 20, selected: 20, committed: 20, skipped: before.size })
    expect(report.rows).toMatchObject({ in: 202_000, out: 201_899, rejected: 101 })
    for (const [path, modifiedMs] of before) expect(statSync(path).mtimeMs).toBe(modifiedMs)
  } finally {
    bad.remove()
  }
}, 120_000)
