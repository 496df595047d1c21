import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cascade } from '../contender/node-contenders.ts'
import { ServerProcess } from '../drive/server-process.ts'
import { drive, isWrkAvailable } from '../drive/wrk.ts'
import { ownBytes } from '../measure/process-tree.ts'
import type { Effort } from './effort.ts'
import { expWork } from './exp.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const stretches = 20
const connections = 64

/** Memory under ten minutes of load: it must stop growing once everything is warm. */
export async function runSoakCell(effort: Effort): Promise<SoloOutcome> {
  const seconds = effort.isShort ? 1 : 30
  const count = effort.isShort ? 2 : stretches
  const outcome: SoloOutcome = {
    name: 'soak',
    title: `cell exp, ${connections} connections, ${count} × ${seconds} s`,
    columns: ['after s', 'memory MiB', 'slabs in use', 'req/s', 'errors'],
    rows: [],
    passed: [],
    failed: [],
    skipped: [],
  }
  if (!isWrkAvailable()) return { ...outcome, skipped: ['soak: wrk is not installed'] }
  console.error('soak …')
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-bench-'))
  const bodyPath = join(folder, 'body')
  await writeFile(bodyPath, expWork.body)
  const server = await ServerProcess.start(cascade('exp'), expWork)
  try {
    for (let stretch = 1; stretch <= count; stretch++) {
      const load = await drive({ url: server.url, bodyPath, contentType: expWork.contentType, connections, seconds })
      const memory = (ownBytes(server.pid) / 2 ** 20).toFixed(1)
      const rate = (load.requests / load.seconds).toFixed(0)
      const errors = String(load.refused + load.broken)
      outcome.rows.push([String(stretch * seconds), memory, await slabsInUse(server), rate, errors])
    }
    outcome.passed.push('soak: cascade')
  } catch (error) {
    outcome.failed.push(`soak: ${String(error)}`)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
  return outcome
}

async function slabsInUse(server: ServerProcess): Promise<string> {
  const response = await fetch(server.metricsUrl ?? '')
  return /^cascade_slabs (\d+)/m.exec(await response.text())?.[1] ?? ''
}
