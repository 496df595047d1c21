import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { numbers } from '../run/rows/run-folder.ts'
import { assetNames, CrossingFolder, type CrossingRun } from './crossing-run.ts'
import { crossingApp, elsewhere, everywhere, hostAsJson, OfferedStages, type Place, service } from './placements.ts'

vi.setConfig({ testTimeout: 120_000 })

const rowCount = 1000
const folder = new CrossingFolder()
const stages = new OfferedStages(crossingApp('crossing.ts'), ['two'])
const apart = ['one', 'two', 'three'].map((name) => new OfferedStages(crossingApp('crossing.ts'), [name]))
/** With two threads a stage. */
let here: CrossingRun

/** Of the rows, those that no stage rejects. */
const kept = numbers(rowCount).filter((id) => ![50, 70].includes(id % 100))

/** One run for each place, which several tests look at. */
const runs = new Map<Place, Promise<CrossingRun>>()

function runAt(place: Place): Promise<CrossingRun> {
  const run = runs.get(place) ?? stages.at(place).then((open) => folder.run(place.name, open))
  runs.set(place, run)
  return run
}

/** A line with all kinds of columns, whose whole number no double holds. */
function lineOf(id: number): string {
  const row = {
    id,
    x: id / 7,
    small: Math.fround(id / 3),
    isOdd: id % 2 === 1,
    text: id % 100 === 50 ? 'no' : id % 100 === 70 ? 'never' : `sépal 😀 ${id}`,
    note: id % 3 === 0 ? null : `note "${id}"`,
    ...(id % 4 !== 0 && { count: id - 500 }),
    parts: numbers(id % 4).map((part) => part / 3),
  }
  return `${JSON.stringify(row).slice(0, -1)},"big":${bigOf(id)}}`
}

function bigOf(id: number): bigint {
  return 9007199254740993n + BigInt(id) * 1_000_000_000_001n
}

beforeAll(async () => {
  folder.put(numbers(rowCount).map(lineOf))
  here = await folder.run('here', await stages.at(service), ['--threads', '2'])
})
afterAll(async () => {
  await Promise.all([stages, ...apart].map((all) => all.close()))
  folder.remove()
})

test.each([...elsewhere, hostAsJson])('C51 C21 R133 in placement $name a flow gives the same bytes', async (place) => {
  const open = await stages.at(place)
  const run = await runAt(place)

  expect(run.sums()).toEqual(here.sums())
  expect(run.rows().map(({ id, big }) => [id, big])).toEqual(kept.map((id) => [id, String(bigOf(id) + 1n)]))
  // From both sides: the stage ran there, and none of it here.
  expect(new Set(open.told().map(({ pid }) => pid))).toEqual(new Set([open.server?.pid]))
  expect(new Set(run.told().map(({ stage }) => stage))).toEqual(new Set(['one', 'three']))
  expect(open.told().reduce((sum, { rowCount: rows }) => sum + Number(rows), 0)).toBe(
    3 * here.reports[0].steps[2].rowsIn,
  )
})

test('C23 rows come out once each, with one thread and with two', async () => {
  const one = await folder.run('one', await stages.at(service), ['--threads', '1'])

  expect(one.sums()).toEqual(here.sums())
  expect(here.rows().map(({ id }) => id)).toEqual(kept)
})

test.each(everywhere)(
  'C38 in placement $placement rejected rows are in the dead letter once, and not in the output',
  async (place) => {
    const run = await runAt(place)

    const expected = numbers(rowCount).flatMap((id) => {
      if (id % 100 === 50) return [[id, 'one', 'RECORD_INVALID', 'the text says no']]
      return id % 100 === 70 ? [[id, 'two', 'REQUEST_INVALID', 'the text says never']] : []
    })
    for (const asset of assetNames) {
      expect(run.rejects(asset).map(({ id, _stage, _code, _message }) => [id, _stage, _code, _message])).toEqual(
        expected,
      )
    }
    expect(run.rows().map(({ id }) => id)).toEqual(kept)
  },
)

test.each([
  ['three processes', 'app'],
  ['three hosts', 'host'],
])('R122 C51 three stages run as %s by words alone, as they do as one', async (_, placement) => {
  const place = everywhere.find(({ name }) => name === placement) ?? service
  const open = await Promise.all(apart.map((stage) => stage.at(place)))

  const run = await folder.run(`apart ${placement}`, { flags: open.flatMap(({ flags }) => flags), env: {} })

  expect(run.sums()).toEqual(here.sums())
  const pids = open.map((stage) => [...new Set(stage.told().map(({ pid }) => pid))])
  expect(pids).toEqual(open.map(({ server }) => [server?.pid]))
  expect(run.hasTold()).toBe(false)
  expect(run.reports[0].steps.map(({ placement: of }) => of)).toEqual([
    'service',
    place.placement,
    place.placement,
    place.placement,
    'service',
  ])
})
