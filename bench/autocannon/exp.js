#!/usr/bin/env node
// Load on examples/exp: cascade serve examples/exp/app.ts, then node bench/autocannon/exp.js [connections] [seconds]
process.argv.splice(2, 0, 'http://127.0.0.1:8000/inference', '{"x":2}')
await import('./load.js')
