import type { Contender } from '../contender/contender.ts'
import { mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import { ServerProcess } from '../drive/server-process.ts'
import { spread } from '../measure/median.ts'
import type { Effort } from './effort.ts'
import { expWork } from './exp.ts'
import type { SoloOutcome } from './solo-outcome.ts'

const startGoalMs = 1000

/** From the command to the first right answer. */
export async function runStartCell(effort: Effort): Promise<SoloOutcome> {
  const contenders: readonly Contender[] = [
    cascade('exp'),
    nodeServer('fastify', 'fastify-exp-server'),
    mosec('mosec', { cell: 'exp', maxBatch: 512, maxWaitMs: 10 }),
  ]
  const outcome: SoloOutcome = {
    name: 'start',
    title: 'command to first answer, without a model',
    columns: ['server', 'median ms', 'min', 'max', 'goal'],
    rows: [],
    passed: [],
    failed: [],
    skipped: contenders
      .filter(({ missing }) => missing !== undefined)
      .map(({ name, missing = '' }) => `start: ${name}: ${missing}`),
  }
  const present = contenders.filter(({ missing }) => missing === undefined)
  const times = new Map<string, number[]>(present.map(({ name }) => [name, []]))
  console.error('start …')
  try {
    for (let round = 0; round < effort.rounds; round++) {
      for (const contender of present) {
        const server = await ServerProcess.start(contender, expWork)
        times.get(contender.name)?.push(server.startMs)
        await server.stop()
      }
    }
  } catch (error) {
    outcome.failed.push(`start: ${String(error)}`)
    return outcome
  }
  for (const [name, values] of times) {
    const { median, min, max } = spread(values)
    const goal = name === 'cascade' ? `≤ ${startGoalMs} ${median <= startGoalMs ? 'reached' : 'missed'}` : ''
    outcome.rows.push([name, median.toFixed(0), min.toFixed(0), max.toFixed(0), goal])
    outcome.passed.push(`start: ${name}`)
  }
  return outcome
}
