#!/usr/bin/env node
// Puts load on a server that runs already: node load.js <url> <body> [connections] [seconds]
import autocannon from 'autocannon'

const [url, body, connections = '64', seconds = '10'] = process.argv.slice(2)
if (url === undefined || body === undefined) {
  console.error('usage: node load.js <url> <body> [connections] [seconds]')
  process.exit(2)
}

const result = await autocannon({
  url,
  body,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  connections: Number(connections),
  duration: Number(seconds),
})
console.log(autocannon.printResult(result))
process.exitCode = result.non2xx + result.errors === 0 ? 0 : 1
