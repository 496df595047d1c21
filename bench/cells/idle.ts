import type { Contender } from '../contender/contender.ts'
import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import { ServerProcess } from '../drive/server-process.ts'
import { cpuMicros, ownBytes } from '../measure/process-tree.ts'
import type { Effort } from './effort.ts'
import { expWork } from './exp.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const settleMs = 2000
const idleGoalPercent = 0.5

/** Processor time and memory of servers with ten endpoints that nobody asks. */
export async function runIdleCell(effort: Effort): Promise<SoloOutcome> {
  const seconds = effort.isShort ? 2 : 30
  const contenders: readonly Contender[] = [
    cascade('ten-endpoints'),
    nodeServer('fastify', 'fastify-exp-server', { ROUTES: '10' }),
    mosec('mosec', { cell: 'exp', maxBatch: 512, maxWaitMs: 10, env: { ROUTES: '10' } }),
  ]
  const outcome: SoloOutcome = {
    name: 'idle',
    title: `ten endpoints, no traffic, ${seconds} s`,
    columns: ['server', '% of a core', 'memory MiB', 'goal'],
    rows: [],
    passed: [],
    failed: [],
    skipped: [],
  }
  for (const contender of contenders) {
    if (contender.missing !== undefined) {
      outcome.skipped.push(`idle: ${contender.name}: ${contender.missing}`)
      continue
    }
    console.error(`idle: ${contender.name} …`)
    try {
      const { percent, bytes } = await measureIdle(contender, seconds)
      const goal =
        contender.name === 'cascade' ? `< ${idleGoalPercent} ${percent < idleGoalPercent ? 'reached' : 'missed'}` : ''
      outcome.rows.push([contender.name, percent.toFixed(2), (bytes / 2 ** 20).toFixed(0), goal])
      outcome.passed.push(`idle: ${contender.name}`)
    } catch (error) {
      outcome.failed.push(`idle: ${contender.name}: ${String(error)}`)
    }
  }
  return outcome
}

async function measureIdle(contender: Contender, seconds: number) {
  const server = await ServerProcess.start(contender, expWork)
  try {
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    const before = cpuMicros(server.pid)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const percent = (cpuMicros(server.pid) - before) / (seconds * 10_000)
    return { percent, bytes: ownBytes(server.pid) }
  } finally {
    await server.stop()
  }
}
