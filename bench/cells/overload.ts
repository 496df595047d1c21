import { cascade } from '../contender/node-contenders.ts'
import { offer, type OpenLoadResult } from '../drive/open-load.ts'
import { ServerProcess } from '../drive/server-process.ts'
import { jsonWork } from '../drive/work.ts'
import { ownBytes } from '../measure/process-tree.ts'
import type { Effort } from './effort.ts'
import type { SoloOutcome } from './solo-outcome.ts'

/** What the app can do, by its own arithmetic: 32 rows in 20 ms. */
const capacity = 1600
const goodputGoal = 0.95

const work = jsonWork({ x: 2 }, (answer) => JSON.stringify(answer) === '{"y":2}')

/** Half of what it can do, all of it, and twice as much: what is answered must not sink with what is asked. */
export async function runOverloadCell(effort: Effort): Promise<SoloOutcome> {
  const seconds = effort.isShort ? 1 : 30
  const outcome: SoloOutcome = {
    name: 'overload',
    title: `32 rows in 20 ms, a queue of 256 rows, ${seconds} s each`,
    columns: [
      'offered req/s',
      'answered req/s',
      'of 1600',
      'refused',
      'broken',
      'p50 ms',
      'p99 ms',
      'memory MiB',
      'goal',
    ],
    rows: [],
    passed: [],
    failed: [],
    skipped: [],
  }
  console.error('overload …')
  const server = await ServerProcess.start(cascade('overload'), work)
  try {
    for (const share of [0.5, 1, 2]) {
      const perSecond = capacity * share
      const result = await offer({ url: server.url, work, perSecond, seconds })
      outcome.rows.push(describe({ result, perSecond, seconds, memory: ownBytes(server.pid) }))
    }
    outcome.passed.push('overload: cascade')
  } catch (error) {
    outcome.failed.push(`overload: ${String(error)}`)
  } finally {
    await server.stop()
  }
  return outcome
}

interface Stretch {
  readonly result: OpenLoadResult
  readonly perSecond: number
  readonly seconds: number
  readonly memory: number
}

function describe({ result, perSecond, seconds, memory }: Stretch): string[] {
  const { answered, refused, broken, latenciesMs } = result
  const goodput = answered / seconds / capacity
  const quantile = (share: number) => latenciesMs[Math.floor(share * (latenciesMs.length - 1))]?.toFixed(1) ?? ''
  const goal = perSecond <= capacity ? '' : `≥ ${goodputGoal} ${goodput >= goodputGoal ? 'reached' : 'missed'}`
  return [
    String(perSecond),
    (answered / seconds).toFixed(0),
    goodput.toFixed(3),
    String(refused),
    String(broken),
    quantile(0.5),
    quantile(0.99),
    (memory / 2 ** 20).toFixed(1),
    goal,
  ]
}
