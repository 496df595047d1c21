import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../http/serving/served-app.ts'
import { writeOnnxFiles } from './onnx-files.ts'

const files = writeOnnxFiles()
process.env.ONNX_FOLDER = files.folder
let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start('uws', 'onnx-served.ts')
})
afterAll(async () => {
  await app.stop()
  await rm(files.folder, { recursive: true })
})

test('R038 a model that gives other than one row for each fails all requests of its batch', async () => {
  const answers = await Promise.all([1, 2, 3].map((a) => app.post('/collapsing', [{ a, b: 0, c: 0 }])))

  expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual(
    answers.map(() => [500, 'BATCH_DIM_MISMATCH']),
  )
  expect(await app.metric('cascade_batch_rows_count{stage="collapsing"}')).toBe(1)
})

test('a result that its handler keeps for a while is not touched by the next batch', async () => {
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((x) => app.post('/keeping', { x })))

  expect(answers.map(({ text }) => text)).toEqual([2, 4, 6, 8, 10, 12].map((y) => `{"y":${y}}`))
})

test('R035 lists of each length go through a model of any length in batches of their own', async () => {
  const lists = [[1, 2], [3], [], [4, 5], [6], [7, 8, 9]]

  const { status, body } = await app.post(
    '/negated',
    lists.map((x) => ({ x })),
  )

  expect([status, body.predictions]).toEqual([200, lists.map((list) => list.map((value) => -value))])
})

test('R035 the first stage of a pipeline keeps shapes apart too, and every answer comes to its own row', async () => {
  const lists = [[1, 2], [3], [4, 5], [6]]

  const { status, body } = await app.post(
    '/negated-and-measured',
    lists.map((x) => ({ x })),
  )

  expect(status).toBe(200)
  expect(body.predictions).toMatchObject(lists.map((list) => ({ y: list.map((value) => -value) })))
})

test('R120 a tensor that does not suit the model is 422 for its own request, and the thread goes on', async () => {
  const [wrong, right] = await Promise.all([
    app.post('/of-three', { features: [1, 2, 3, 4] }),
    app.post('/of-three', { features: [1, 2, 3] }),
  ])
  const columns = await Promise.all([app.post('/open', { a: 'x' }), app.post('/open', { a: 1, b: 2 })])
  const others = await Promise.all([app.post('/open', { a: 1, b: 2, c: 3 }), app.post('/open', { p: 1, q: 1, r: 1 })])

  expect([wrong.status, wrong.body.error.code, right.text]).toEqual([422, 'RECORD_INVALID', '{"y":-4}'])
  expect(columns.map(({ status, body }) => [status, body.error.code])).toEqual([
    [422, 'RECORD_INVALID'],
    [422, 'RECORD_INVALID'],
  ])
  expect(others.map(({ text }) => text)).toEqual(['{"y":-4}', '{"y":0}'])
})
