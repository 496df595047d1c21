import { once } from 'node:events'
import { createServer } from 'node:net'
import { createFrontEnd } from '../../../../packages/worker/dist/http/create-front-end.js'

// Ends with 0 when nothing of a closed front end, or of one that found its port busy, keeps the process alive.
const [kind, fate] = process.argv.slice(2)
const clock = { now: () => performance.now(), after: () => () => undefined, endOfTurn: (action) => action() }
const listener = { onExchange: (exchange) => exchange.reply(200, [], 'ok') }

async function open(port) {
  const options = { host: '127.0.0.1', port, maxInFlightBytes: 1000, clock }
  const frontEnd = await createFrontEnd(kind, options, { onFallback: () => process.exit(1) })
  return { frontEnd, address: await frontEnd.listen(listener) }
}

if (fate === 'closed') {
  const { frontEnd, address } = await open(0)
  const response = await fetch(`http://127.0.0.1:${address.port}/`)
  await response.text()
  await frontEnd.close(1000)
} else {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const [result] = await Promise.allSettled([open(holder.address().port)])
  holder.close()
  if (result.status === 'fulfilled') process.exit(1)
}
