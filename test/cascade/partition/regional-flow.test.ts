import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Table, tableFromIPC } from 'apache-arrow'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FlowFolder } from '../run/whole/flow-folder.ts'
import { ServedApp } from '../../worker/http/serving/served-app.ts'

vi.setConfig({ testTimeout: 120_000 })

const app = fileURLToPath(new URL('../../apps/regional.ts', import.meta.url))
const regions = ['north', 'south', 'east', 'west']
let folder: string
let commands: FlowFolder

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regional-'))
  commands = await FlowFolder.create({})
  for (const [index, region] of regions.entries()) await writeFile(join(folder, `${region}.txt`), `${index + 1}`)
})
afterEach(async () => {
  await Promise.all([folder, commands.path].map((path) => rm(path, { recursive: true })))
})

interface Reading {
  readonly id: number
  readonly region: string
  readonly x: number
}

/** In files of so many rows; ids count up through all of them, and keys change from row to row. */
async function writeReadings(count: number, fileRows = count): Promise<readonly Reading[]> {
  await mkdir(join(folder, 'in'))
  const rows = Array.from({ length: count }, (_, id) => ({ id, region: regions[(id * id + (id >> 3)) % 4], x: id / 7 }))
  for (let from = 0; from < count; from += fileRows) {
    const lines = rows.slice(from, from + fileRows).map((row) => `${JSON.stringify(row)}\n`)
    await writeFile(join(folder, 'in', `${String(from).padStart(9, '0')}.ndjson`), lines.join(''))
  }
  return rows
}

function start(asset: string, flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return commands.start(['run', `${app}#${asset}`, ...flags], { REGIONAL: folder, ...env })
}

/** The files of a complete output, in the order of its rows. */
function filesOf(output: string): readonly Buffer[] {
  const { files } = JSON.parse(readFileSync(join(folder, output, 'manifest.json'), 'utf8')) as {
    readonly files: readonly { readonly name: string }[]
  }
  return files.map(({ name }) => readFileSync(join(folder, output, name)))
}

function events(): readonly string[] {
  return readFileSync(join(folder, 'events.txt'), 'utf8').split('\n').slice(0, -1)
}

function bytesOf(table: Table, column: string): Buffer {
  const chunks = table
    .getChild(column)
    ?.data.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))
  return Buffer.concat(chunks ?? [])
}

test('C81 a run and an endpoint answer the same bytes of the same models, and each loads one once', async () => {
  const rows = await writeReadings(800)
  const { code, stderr } = await start('scored', []).ended
  const loadedByRun = events().filter((event) => event.startsWith('load'))
  process.env['REGIONAL'] = folder
  const served = await ServedApp.start('uws', 'regional.ts')

  const answers: { readonly ids: Buffer; readonly scores: Buffer }[] = []
  for (const region of regions) {
    const own = rows.filter((row) => row.region === region).map(({ id, x }) => ({ id, x }))
    const response = await fetch(`${served.url}/score/${region}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/vnd.apache.arrow.stream' },
      body: JSON.stringify(own),
    })
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()))
    answers.push({ ids: bytesOf(table, 'id'), scores: bytesOf(table, 'y') })
  }
  await served.stop()

  expect([code, stderr]).toEqual([0, expect.any(String)])
  const table = tableFromIPC(filesOf('out'))
  const given = table.toArray().map((row: Readonly<Record<string, unknown>>) => ({ ...row }))
  expect(bytesOf(table, 'id').equals(Buffer.from(Int32Array.from(rows, ({ id }) => id).buffer))).toBe(true)
  for (const [index, region] of regions.entries()) {
    const own = given.filter((row) => row['region'] === region)
    expect(Buffer.from(Int32Array.from(own, ({ id }) => Number(id)).buffer).equals(answers[index].ids)).toBe(true)
    expect(Buffer.from(Float64Array.from(own, ({ y }) => Number(y)).buffer).equals(answers[index].scores)).toBe(true)
  }
  const once = regions.map((region) => `load ${region} 1`).toSorted()
  expect(loadedByRun.toSorted()).toEqual(once)
  expect(
    events()
      .filter((event) => event.startsWith('load'))
      .toSorted(),
  ).toEqual([...once, ...once].toSorted())
})

test('C78 the order of every key is kept by eight slots, with slots and runs killed in between', async () => {
  const rows = await writeReadings(8000, 2000)
  const env = { REGIONAL_THREADS: '8', REGIONAL_ENTRIES: '3' }
  const flags = ['--batch-rows', '500']
  const first = start('listed', flags, env)
  await vi.waitFor(() => expect(commitsOf('listed')).toBeGreaterThan(0), { timeout: 60_000, interval: 5 })
  first.child.kill('SIGKILL')
  await first.ended

  const { code, stderr } = await start('listed', flags, env).ended

  expect([code, stderr]).toEqual([0, expect.any(String)])
  const lines = filesOf('listed').flatMap((file) => file.toString().split('\n').slice(0, -1))
  const given = lines.map((line): Pick<Reading, 'id' | 'region'> => JSON.parse(line))
  expect(given.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  for (const region of regions) {
    const ids = given.filter((row) => row.region === region).map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.every((id, index) => index === 0 || id > ids[index - 1])).toBe(true)
  }
})

function commitsOf(output: string): number {
  try {
    return readdirSync(join(folder, output, '_cascade/commits')).length
  } catch {
    return 0
  }
}
