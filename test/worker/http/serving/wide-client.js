import { parentPort, workerData } from 'node:worker_threads'

// Makes and sends the body in a thread of its own: what is measured in the test's thread is then the server.
const { url, rowCount, columnCount } = workerData
const row = (index) => {
  const values = Array.from({ length: columnCount }, (_, column) => `"c${column}":${(index % 97) + column / 128}`)
  return `{${values.join()}}`
}
const body = `[${Array.from({ length: rowCount }, (_, index) => row(index)).join()}]`
const startedAt = performance.now()
JSON.parse(body)
parentPort.postMessage(performance.now() - startedAt)
const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
const { predictions } = await response.json()
parentPort.postMessage({
  status: response.status,
  bytes: body.length,
  first: predictions[0],
  count: predictions.length,
  last: predictions.at(-1),
})
