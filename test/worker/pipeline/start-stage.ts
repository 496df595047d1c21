import { fileURLToPath } from 'node:url'
import {
  type AnyStage,
  type BatchOutcome,
  JsonRows,
  type Log,
  type PipelineError,
  type Span,
  type Waiter,
} from '@redesmyn/core'
import { bundleOnce } from '../../apps/bundle-once.ts'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'
import { requestIdText } from '../../../packages/worker/dist/observe/request-ids.js'
import { RunningStage } from '../../../packages/worker/dist/pipeline/running-stage.js'
import { systemClock } from '../../../packages/worker/dist/thread/system-clock.js'

/** Collects log lines instead of writing them. */
export class TestLog implements Log {
  readonly lines: { level: string; message: string; facts: Readonly<Record<string, unknown>> }[] = []
  debug = this.#at('debug')
  info = this.#at('info')
  warn = this.#at('warn')
  error = this.#at('error')

  #at(level: string): Log['info'] {
    return (facts, message) => void this.lines.push({ level, message, facts })
  }
}

export interface StartedStage {
  readonly running: RunningStage
  readonly pool: SlabPool
  readonly log: TestLog
}

/** A stage of test/apps at work: real threads, real shared memory, poisoned when freed. */
export async function startStage(stage: AnyStage, app = 'numbers.ts'): Promise<StartedStage> {
  const bundled = await bundleOnce(fileURLToPath(new URL(`../../apps/${app}`, import.meta.url)))
  const pool = new SlabPool({ maxBytes: 64 << 20, poison: 'on-release' })
  const log = new TestLog()
  const running = new RunningStage({
    stage,
    app: bundled,
    modelled: undefined,
    clock: systemClock(),
    pool,
    log,
    logLevel: 'silent',
    logFormat: 'json',
    logFile: undefined,
    checkWrites: false,
    requestIdSuffix: suffix,
    onCrashLoop: () => undefined,
  })
  await running.start()
  return { running, pool, log }
}

const suffix = '-4917-44b5-ac86-fd2c0850cef0'
let requests = 0

/** One request of rows with the given x; `answer` settles with the y of its rows. */
export class NumbersWaiter implements Waiter {
  readonly rows: JsonRows
  readonly group: Waiter['group']
  readonly timeoutMs: number
  readonly requestNumber = ++requests
  readonly clientRequestId = ''
  readonly requestId = requestIdText(this.requestNumber, suffix)
  readonly query = ''
  readonly answer: Promise<number[]>
  #resolve: (ys: number[]) => void = () => undefined
  #reject: (error: PipelineError) => void = () => undefined
  #ys: number[] = []
  #open: number

  constructor(stage: AnyStage, xs: readonly number[], timeoutMs = 10_000) {
    const fields = stage.input?.fields ?? []
    this.rows = new JsonRows(
      xs.map((x) => ({ x })),
      fields,
      xs.length * 8,
    )
    this.group = { key: '', fields, params: {}, model: undefined }
    this.timeoutMs = timeoutMs
    this.#open = xs.length
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  deliver(outcome: BatchOutcome, span: Span): void {
    const [y] = outcome.output.columns
    const error = outcome.errorOf(span.start)
    if (error !== undefined) return this.#reject(error)
    for (let row = 0; row < span.rowCount; row++) this.#ys[span.firstRow + row] = Number(y.get(span.start + row))
    this.#open -= span.rowCount
    if (this.#open === 0) this.#resolve(this.#ys)
  }

  fail(error: PipelineError): void {
    this.#reject(error)
  }
}
