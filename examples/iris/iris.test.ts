import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServedApp } from '../served-app.ts'
import { encodeIrisModel, irisModels } from './write-models.ts'

const [lasso, leastSquares] = irisModels.map(({ runId, modelId }) => `/predictions/iris/${runId}/${modelId}`)
const flower = { sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start(new URL('./app.ts', import.meta.url))
})
afterAll(() => app.stop())

test('R001 a script of 25 lines answers the request of the README', async () => {
  const script = await readFile(new URL('./app.ts', import.meta.url), 'utf8')
  const path = '/predictions/iris/903683212157180428/000449a650df4e36844626e647d15664'

  const { status, headers, body } = await app.post(path, [JSON.stringify(flower)])

  expect(script.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json')
  expect(body).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    predictions: [expect.closeTo(5.014526282601766, 5)],
  })
})

test('another model answers the same flower differently', async () => {
  const answers = await Promise.all([app.post(lasso, flower), app.post(leastSquares, flower)])

  expect(answers.map(({ body }) => body)).toEqual([
    { sepal_length: expect.closeTo(5.014526, 5) },
    { sepal_length: expect.closeTo(5.015416, 5) },
  ])
})

test('a model that is not there is 404', async () => {
  const { status, body } = await app.post('/predictions/iris/903683212157180428/none', flower)

  expect(status).toBe(404)
  expect(body).toMatchObject({ error: { code: 'MODEL_NOT_FOUND' } })
})

test('requests that come together share batches, one model a batch', async () => {
  const widths = Array.from({ length: 128 }, (_, index) => 2 + index / 64)
  const predict = async (path: string, width: number) => await app.post(path, { ...flower, sepal_width: width })

  const answers = await Promise.all(widths.flatMap((width) => [predict(lasso, width), predict(leastSquares, width)]))

  const slopes = [0.27928053548617143 / 0.4344109677354946, 0.65083716]
  const expected = widths.flatMap((width) => [
    { sepal_length: expect.closeTo(5.014526282601766 + (width - 3.5) * slopes[0], 4) },
    { sepal_length: expect.closeTo(5.0154158 + (width - 3.5) * slopes[1], 4) },
  ])
  expect(answers.map(({ body }) => body)).toEqual(expected)
})

test.each(irisModels)('the file of model $modelId is what the script writes', async (model) => {
  const file = await readFile(new URL(`./models/${model.runId}/${model.modelId}/model.onnx`, import.meta.url))

  expect(Buffer.from(encodeIrisModel(model)).equals(file)).toBe(true)
})
