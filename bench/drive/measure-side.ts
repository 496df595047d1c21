import { meanBatchRows, readBatchTotals } from '../measure/batch-size.ts'
import { cpuMicros, ownBytes } from '../measure/process-tree.ts'
import { postOnce, type ServerProcess } from './server-process.ts'
import type { Work } from './work.ts'
import { drive, type LoadResult } from './wrk.ts'

const sampleEveryMs = 250

/** One stretch of load on one server: what the client saw, and what it cost. */
export interface Sample extends LoadResult {
  readonly perSecond: number
  readonly cpuMicrosPerRequest: number
  readonly peakBytes: number
  readonly meanBatchRows: number | undefined
  /** Answers among those looked at that were not right. */
  readonly wrong: number
}

export interface Stretch {
  readonly connections: number
  readonly seconds: number
  readonly bodyPath: string
}

export async function measureSide(server: ServerProcess, work: Work, stretch: Stretch): Promise<Sample> {
  const batchesBefore = await readBatchTotals(server.metricsUrl)
  const cpuBefore = cpuMicros(server.pid)
  const watch = watchServer(server, work)
  const { connections, seconds, bodyPath } = stretch
  const load = await drive({ url: server.url, bodyPath, contentType: work.contentType, connections, seconds })
  const cpu = cpuMicros(server.pid) - cpuBefore
  const { peakBytes, wrong } = await watch.stop()
  return {
    ...load,
    perSecond: load.requests / load.seconds,
    cpuMicrosPerRequest: cpu / load.requests,
    peakBytes,
    meanBatchRows: meanBatchRows(batchesBefore, await readBatchTotals(server.metricsUrl)),
    wrong,
  }
}

/** Looks at the server's memory, and at an answer, a few times a second while others put load on it. */
function watchServer(server: ServerProcess, work: Work) {
  const seen = { peakBytes: ownBytes(server.pid), wrong: 0 }
  let checks: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    seen.peakBytes = Math.max(seen.peakBytes, ownBytes(server.pid))
    checks = checks.then(() => check())
  }, sampleEveryMs)
  const check = async (): Promise<void> => {
    const isRight = await postOnce(server.url, work).then(
      (answer) => work.isRight(answer),
      () => false,
    )
    if (!isRight) seen.wrong++
  }
  return {
    async stop() {
      clearInterval(timer)
      await check()
      await checks
      return seen
    },
  }
}
