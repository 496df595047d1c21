import { irisModels } from '../iris/write-models.ts'
import { ServedApp } from '../served-app.ts'
import { readBatchSizes } from './batch-sizes.ts'
import { scoreTrips } from './score-trips.ts'
import { Terminal } from './terminal.ts'

const terminal = new Terminal(process.stdout, process.env)
const requestCount = 400
const [lasso, leastSquares] = irisModels.map(({ runId, modelId }) => `/predictions/iris/${runId}/${modelId}`)
const flower = { sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }

terminal.title('Redesmyn: a model behind HTTP, in batches')
terminal.step('Start the iris server')
terminal.command('cascade serve examples/iris/app.ts --port 0')
const startedAtMs = performance.now()
// From dist/demo to the app's own source, which the command bundles.
const app = await ServedApp.start(new URL('../../iris/app.ts', import.meta.url))
terminal.answer(`listening at ${app.url} after ${elapsed(startedAtMs)}`)
try {
  await askOnce()
  await askOtherModel()
  await askWrongly()
  await askManyAtOnce()
} finally {
  terminal.step('Stop')
  const exitCode = await app.stop()
  terminal.answer(`drained and ended with exit code ${exitCode}\n`)
  if (exitCode !== 0) process.exitCode = 1
}
await scoreTrips(terminal)

async function askOnce(): Promise<void> {
  terminal.step('One flower, once with a model that must be loaded first and once more')
  terminal.command(`curl -d '${JSON.stringify(flower)}' ${app.url}${lasso}`)
  for (const circumstance of ['loading the model', 'the model is loaded']) {
    const sentAtMs = performance.now()
    const { status, body } = await app.post(lasso, flower)
    terminal.answer(`${status} ${JSON.stringify(body)}`)
    terminal.note(`${elapsed(sentAtMs)}, ${circumstance}; up to 10 ms of it is the wait for company`)
  }
}

async function askOtherModel(): Promise<void> {
  terminal.step('The same flower, another model by another path')
  terminal.command(`curl -d '[${JSON.stringify(flower)}]' ${app.url}${leastSquares}`)
  const { status, body } = await app.post(leastSquares, [flower])
  terminal.answer(`${status} ${JSON.stringify(body)}`)
}

async function askWrongly(): Promise<void> {
  terminal.step('Requests that are wrong')
  const { sepal_width, ...incomplete } = flower
  const refusals = [
    await app.post(lasso, { ...incomplete, sepal_length: sepal_width }),
    await app.post(lasso.replace(/.$/, '0'), flower),
  ]
  for (const { status, body } of refusals) terminal.refusal(`${status} ${JSON.stringify(body)}`)
}

async function askManyAtOnce(): Promise<void> {
  terminal.step(`${requestCount} requests at once, one flower each, for two models in turn`)
  const before = readBatchSizes(await app.metrics(), 'predict')
  const sentAtMs = performance.now()
  const answers = await Promise.all(
    Array.from({ length: requestCount }, (_, index) =>
      app.post(index % 2 === 0 ? lasso : leastSquares, { ...flower, sepal_width: 2 + index / requestCount }),
    ),
  )
  const answered = answers.filter(({ status }) => status === 200).length
  terminal.answer(`${answered} of ${requestCount} answered in ${elapsed(sentAtMs)}`)
  const { batches, rows, byRows, byReason } = readBatchSizes(await app.metrics(), 'predict')
  const average = (rows - before.rows) / (batches - before.batches)
  terminal.note(`${batches - before.batches} calls of the model for them, ${average.toFixed(1)} rows each on average`)
  terminal.note('batches of the whole demo by their number of rows:')
  terminal.bars(byRows)
  terminal.note('and by why they closed: full (rows), or their oldest row had waited 10 ms (delay):')
  terminal.bars(byReason)
  if (answered < requestCount) process.exitCode = 1
}

function elapsed(sinceMs: number): string {
  return `${(performance.now() - sinceMs).toFixed(1)} ms`
}
