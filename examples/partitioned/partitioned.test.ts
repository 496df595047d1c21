import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runFlow } from '../flow-run.ts'
import { ServedApp } from '../served-app.ts'
import { encodeRegionModel, regionModels } from './write-models.ts'

interface Reading {
  readonly region: string
  readonly celsius: number
  readonly daylight_hours: number
}

const own = fileURLToPath(new URL('.', import.meta.url))
let folder: string
let readings: readonly Reading[]
let app: ServedApp

beforeAll(async () => {
  // Inside the repository, so that the packages are found; its outputs are not put beside the example.
  const built = join(own, '../dist')
  await mkdir(built, { recursive: true })
  folder = await mkdtemp(join(built, 'partitioned-'))
  for (const name of ['app.ts', 'data', 'models']) await cp(join(own, name), join(folder, name), { recursive: true })
  readings = await linesOf<Reading>(join(folder, 'data/readings.ndjson'))
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(async () => {
  await app.stop()
  await rm(folder, { recursive: true })
})

async function linesOf<Row>(path: string): Promise<readonly Row[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line): Row => JSON.parse(line))
}

test('the run answers every reading as the endpoint of its region does', async () => {
  const report = await runFlow(pathToFileURL(join(folder, 'app.ts')), 'loads', [])
  const [file] = (await readdir(join(folder, 'out/loads'))).filter((name) => name.endsWith('.ndjson'))
  const loads = await linesOf<unknown>(join(folder, 'out/loads', file))

  const answers = await Promise.all(readings.map(({ region, ...weather }) => app.post(`/score/${region}`, weather)))

  expect(report.rows).toMatchObject({ in: readings.length, out: readings.length, rejected: 0 })
  expect(loads).toEqual(answers.map(({ body }) => body))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('rows of several regions are refused, and split where that is asked for', async () => {
  const north = readings.filter(({ region }) => region === 'north')
  const mean = north.reduce((sum, { celsius }) => sum + celsius, 0) / north.length

  const [one, mixed, split] = await Promise.all([
    app.post('/compare', north),
    app.post('/compare', readings),
    app.post('/compare-all', readings),
  ])

  const expected = north.map(({ celsius }) => ({ region: 'north', from_mean: expect.closeTo(celsius - mean, 9) }))
  expect(one.body).toMatchObject({ predictions: expected })
  expect([mixed.status, mixed.body]).toMatchObject([422, { error: { code: 'PARTITION_MIXED' } }])
  const { predictions } = split.body as { readonly predictions: readonly { readonly region: string }[] }
  expect(predictions.map(({ region }) => region)).toEqual(readings.map(({ region }) => region))
  expect(predictions.filter(({ region }) => region === 'north')).toEqual(expected)
})

test.each(regionModels)('the file of $region is what the script writes', async (model) => {
  const file = await readFile(new URL(`./models/${model.region}.onnx`, import.meta.url))

  expect(Buffer.from(encodeRegionModel(model)).equals(file)).toBe(true)
})
