// A run of its own that commits some parts, says so, and then waits to be killed.
import { writeFile } from 'node:fs/promises'
import { json } from 'node:stream/consumers'
import { openOutput } from '../../../../packages/cascade/dist/run/commit/open-output.js'
import { systemClock } from '../../../../packages/worker/dist/thread/system-clock.js'

const { plan, parts } = await json(process.stdin)
const rows = { in: 10, out: 10, filtered: 0, rejected: 0, written: 10 }
const output = await openOutput(plan, {
  runId: 'killed',
  clock: systemClock(),
  isoTime: () => '2026-01-02T03:04:05.000Z',
  selected: plan.parts,
  publish: 'part',
  restart: false,
  acceptDrift: false,
  extension: 'ndjson',
  rejectsExtension: 'ndjson',
  onLost: () => undefined,
})
for (const part of plan.parts.slice(0, parts)) {
  const attempt = output.beginPart(part)
  await writeFile(attempt.dataPath, 'x\n', { flush: true })
  await output.commit(attempt, { data: { rowCount: 10, byteLength: 2 }, rejects: undefined, rows })
}
console.log('committed')
setInterval(() => undefined, 1000)
