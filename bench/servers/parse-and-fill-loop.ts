import { readFileSync } from 'node:fs'
import { fillColumns } from './fill-columns.ts'
import { runLoop } from './run-loop.ts'

const body = readFileSync(process.argv[3] ?? '')

await runLoop(async () => {
  fillColumns(JSON.parse(body.toString()))
  return 1
})
