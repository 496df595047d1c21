import { fileURLToPath } from 'node:url'
import { Router } from '../../../packages/worker/dist/http/router.js'
import { loadApp } from '../../../packages/worker/dist/app/load-app.js'
import { createFrontEnd } from '../../../packages/worker/dist/http/create-front-end.js'
import { EndpointRuntime } from '../../../packages/worker/dist/http/endpoint-runtime.js'
import type { FrontEnd } from '../../../packages/worker/dist/http/exchange.js'
import { ParseThread } from '../../../packages/worker/dist/http/parse-thread.js'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'
import { TurnClock } from '../../../packages/worker/dist/observe/turn-clock.js'
import { RequestIds } from '../../../packages/worker/dist/observe/request-ids.js'
import { RunningStage } from '../../../packages/worker/dist/pipeline/running-stage.js'
import { RequestListener, type RouteHandler } from '../../../packages/worker/dist/server/request-listener.js'
import { addEndpointRoute } from '../../../packages/worker/dist/server/endpoint-route.js'
import { Inflater } from '../../../packages/worker/dist/http/content-coding/inflater.js'
import { AnswerCounts } from '../../../packages/worker/dist/http/answer-counts.js'
import { bundleOnce } from '../../apps/bundle-once.ts'
import type { TestedKind } from '../http/front-end/allowed-differences.ts'
import { refuseFallback } from '../http/front-end/front-end-under-test.ts'
import { ManualClock } from '../http/front-end/manual-clock.ts'
import { RawConnection } from '../http/front-end/raw-connection.ts'
import { TestLog } from '../pipeline/start-stage.ts'
import { EventClient } from './event-client.ts'

/** test/apps/streams.ts over real sockets, threads and shared memory, with a time that only the test moves. */
export class StreamingServer {
  readonly clock: ManualClock
  readonly pool: SlabPool
  readonly log: TestLog
  readonly port: number
  readonly #stages: ReadonlyMap<string, RunningStage>
  readonly #runtimes: readonly EndpointRuntime[]
  readonly #frontEnd: FrontEnd
  readonly #parseThread: ParseThread

  private constructor(parts: {
    clock: ManualClock
    pool: SlabPool
    log: TestLog
    port: number
    stages: ReadonlyMap<string, RunningStage>
    runtimes: readonly EndpointRuntime[]
    frontEnd: FrontEnd
    parseThread: ParseThread
  }) {
    this.clock = parts.clock
    this.pool = parts.pool
    this.log = parts.log
    this.port = parts.port
    this.#stages = parts.stages
    this.#runtimes = parts.runtimes
    this.#frontEnd = parts.frontEnd
    this.#parseThread = parts.parseThread
  }

  static async start(kind: TestedKind, limits: { streamTimeoutMs?: number } = {}): Promise<StreamingServer> {
    const bundle = await bundleOnce(fileURLToPath(new URL('../../apps/streams.ts', import.meta.url)))
    const app = await loadApp(bundle.url)
    const clock = new ManualClock()
    // Not poisoned: a text column's first offset has to stay 0.
    const pool = new SlabPool({ maxBytes: 256 << 20, poison: 'never' })
    const log = new TestLog()
    const requestIds = new RequestIds()
    const parseThread = new ParseThread({ appUrl: bundle.url, overrides: [], maxBytes: 1 << 20 })
    const router = new Router<RouteHandler>()
    const stages = new Map<string, RunningStage>()
    const runtimes: EndpointRuntime[] = []
    for (const endpoint of app.endpoints.filter(({ stages: all }) => all.length === 1)) {
      const { stage } = endpoint
      const running = new RunningStage({
        stage,
        app: bundle,
        modelled: undefined,
        clock,
        pool,
        log,
        logLevel: 'silent',
        logFormat: 'json',
        logFile: undefined,
        checkWrites: false,
        requestIdSuffix: requestIds.suffix,
        onCrashLoop: () => undefined,
      })
      stages.set(stage.name, running)
      const runtime = new EndpointRuntime({
        endpoint,
        stage: running,
        compile: app.compile,
        limits: {
          maxBodyBytes: 1 << 20,
          bodyTimeoutMs: 5000,
          requestTimeoutMs: 3000,
          streamIdleTimeoutMs: 10_000,
          streamTimeoutMs: limits.streamTimeoutMs,
          compress: 'off',
          compressMinBytes: 1024,
        },
        models: undefined,
        use: [],
        inflater: new Inflater(1 << 20),
        tracer: undefined,
        onTimed: undefined,
        parseThread,
        requestIds,
        clock: new TurnClock(clock),
        log,
      })
      runtimes.push(runtime)
      addEndpointRoute(router, endpoint, runtime)
    }
    await Promise.all([...stages.values()].map((stage) => stage.start()))
    const options = { host: '127.0.0.1', port: 0, maxInFlightBytes: 1 << 20, clock }
    const frontEnd = await createFrontEnd(kind, options, refuseFallback)
    const listener = new RequestListener({
      pathPrefix: undefined,
      router,
      requestIds,
      refusals: new AnswerCounts(),
      settled: async () => [],
    })
    const { port } = await frontEnd.listen(listener)
    return new StreamingServer({ clock, pool, log, port, stages, runtimes, frontEnd, parseThread })
  }

  /** Posts to an endpoint, and shows the stream as it arrives. */
  async open(path: string, body: unknown): Promise<EventClient> {
    const connection = await RawConnection.open(this.port)
    const text = JSON.stringify(body)
    const lines = ['Host: test', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]
    connection.send(Buffer.from([`POST ${path} HTTP/1.1`, ...lines, '', text].join('\r\n')))
    return new EventClient(connection)
  }

  steps(does: string, more: Readonly<Record<string, unknown>> = {}): Promise<EventClient> {
    return this.open('/steps', { does, ...more })
  }

  stage(name: string): RunningStage {
    const stage = this.#stages.get(name)
    if (stage === undefined) throw new Error(`there is no stage ${name}`)
    return stage
  }

  /** Answers of all endpoints so far, by status. */
  answers(): Readonly<Record<number, number>> {
    const counts: Record<number, number> = {}
    for (const runtime of this.#runtimes) {
      for (const { status, count } of runtime.stats().answers) counts[status] = (counts[status] ?? 0) + count
    }
    return counts
  }

  /** Those that came after an earlier look. */
  answersSince(before: Readonly<Record<number, number>>): Readonly<Record<number, number>> {
    const counts = Object.entries(this.answers()).map(([status, count]) => [
      status,
      count - (before[Number(status)] ?? 0),
    ])
    return Object.fromEntries(counts.filter(([, count]) => count !== 0))
  }

  /** Until no batch is at a thread and no slab is in use. */
  async idle(): Promise<void> {
    const isBusy = () => [...this.#stages.values()].some((stage) => stage.stats().inFlightBatches > 0)
    const giveUpAtMs = performance.now() + 5000
    while (isBusy() || this.pool.slabsInUse > 0) {
      if (performance.now() > giveUpAtMs) throw new Error(`${this.pool.slabsInUse} slabs are still in use`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#stages.values()].map((stage) => stage.stop()))
    await this.#frontEnd.close(0)
    await this.#parseThread.close()
  }
}
