import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'
import { estimate } from './handlers/estimate.ts'
import { findViolations } from './import-rules.ts'
import { estimateFlower } from './services/estimate-flower.ts'

const flower = { sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }
const own = fileURLToPath(new URL('.', import.meta.url))
let folder: string
let app: ServedApp

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layers-'))
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(async () => {
  await app.stop()
  await rm(folder, { recursive: true })
})

test('the same estimate comes over HTTP, from the service called in process, and from the function alone', async () => {
  const expected = { sepal_length: expect.closeTo(5.014526282601766, 12), size: 'small' }

  expect((await app.post('/estimate', flower)).body).toEqual(expected)
  expect(await estimate.invoke([flower])).toEqual([expected])
  expect(estimateFlower(flower)).toEqual(expected)
})

test('R176 every layer imports only what is below it', () => {
  expect(findViolations(own)).toEqual([])
})

const violations: readonly (readonly [file: string, line: string])[] = [
  ['services/wrong.ts', "import { estimate } from '../handlers/estimate.ts'"],
  ['services/wrong.ts', "import { endpoint } from '@redesmyn/core'"],
  ['services/wrong.ts', "import { createServer } from 'node:http'"],
  ['models/wrong.ts', "import { predictSepalLength } from '../ml-models/sepal-length.ts'"],
  ['handlers/wrong.ts', "export { predictSepalLength } from '../ml-models/sepal-length.ts'"],
  ['handlers/wrong.ts', "export const late = import('../ml-models/sepal-length.ts')"],
  ['ml-models/wrong.ts', "import '../services/estimate-flower.ts'"],
]

test.each(violations)('R176 a violation is found: %s with %s', async (file, line) => {
  const copy = join(folder, `copy-${violations.findIndex((one) => one[0] === file && one[1] === line)}`)
  for (const layer of ['models', 'ml-models', 'services', 'handlers']) {
    await cp(join(own, layer), join(copy, layer), { recursive: true })
  }
  await writeFile(join(copy, file), `${line}\n`)

  expect(findViolations(copy)).toEqual([expect.stringContaining(`${file} imports `)])
})
