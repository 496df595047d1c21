#!/usr/bin/env node
// Load on examples/iris: cascade serve examples/iris/app.ts, then node bench/autocannon/iris.js [connections] [seconds]
const path = '/predictions/iris/903683212157180428/000449a650df4e36844626e647d15664'
const body = JSON.stringify([{ sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }])
process.argv.splice(2, 0, `http://127.0.0.1:8000${path}`, body)
await import('./load.js')
