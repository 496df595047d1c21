import type { Endpoint, Log, Middleware, PipelineError } from '@redesmyn/core'
import { bundleApp } from '../app/bundle-app.ts'
import { loadApp } from '../app/load-app.ts'
import { type ReadPlace, withPlaces } from '../app/with-places.ts'
import type { ServerSettings } from '../config/server-settings.ts'
import { createFrontEnd } from '../http/create-front-end.ts'
import type { FrontEnd } from '../http/exchange.ts'
import { FetchFrontEnd } from '../http/fetch/fetch-front-end.ts'
import { ParseThread } from '../http/parse-thread.ts'
import { SlabPool } from '../memory/slab-pool.ts'
import { emit } from '../observe/event-table.ts'
import { type Logger, startWithLogger } from '../observe/logger.ts'
import { RequestIds } from '../observe/request-ids.ts'
import type { SpanExporter } from '../observe/trace/span-exporter.ts'
import { TurnClock } from '../observe/turn-clock.ts'
import { readExamples } from '../thread/stage-examples.ts'
import { systemClock } from '../thread/system-clock.ts'
import { createListener } from './create-listener.ts'
import { mountedEndpoints } from './mounted-endpoints.ts'
import { openObservation } from './observation.ts'
import { openCatalogues } from './open-catalogues.ts'
import { RollingRestart } from './rolling-restart.ts'
import { RunningServer } from './running-server.ts'
import { serverAddress } from './server-address.ts'
import type { ServerScope } from './server-scope.ts'
import { Sidecars } from './sidecars.ts'
import { startStages } from './start-stages.ts'

export interface ServerPlan {
  readonly app: string | URL
  /** None: all that the app exports. */
  readonly endpoints: readonly Endpoint[]
  readonly settings: ServerSettings
  /** Undefined where nobody knows placements: there must be none then. */
  readonly readPlace: ReadPlace | undefined
  /** Where spans go, in the place of the trace file. */
  readonly spanExporter?: SpanExporter | undefined
  readonly use: readonly Middleware[]
  /** `nowhere`: requests come through `RunningServer.handle` alone. */
  readonly listens: 'address' | 'nowhere'
  /** Fires when the server is stopped before it listens. */
  readonly signal: AbortSignal
  /** The server is to stop: see `ServerScope`. */
  readonly onFatal: (error: PipelineError) => void
}

/** Brings up a server: app, stages, address. Rejects with what failed first; nothing of it then runs on. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  return await startWithLogger(plan.settings.config, (logger) => startWithLog(plan, logger))
}

async function startWithLog(plan: ServerPlan, logger: Logger): Promise<RunningServer> {
  const startedAtMs = performance.now()
  const scope = await openScope(plan, logger.of('server'))
  try {
    return await startInScope(plan, scope, { logger, startedAtMs })
  } catch (error) {
    await scope.observation.close()
    throw error
  }
}

interface ServerStart {
  readonly logger: Logger
  readonly startedAtMs: number
}

async function startInScope(plan: ServerPlan, scope: ServerScope, start: ServerStart): Promise<RunningServer> {
  const { log } = scope
  const endpoints = mountedEndpoints(plan.endpoints, scope.app)
  const paths = endpoints.map(({ path }) => path)
  emit(log, 'starting', { app: scope.bundle.sourcePath, endpoints: paths })
  for (const { stages } of endpoints) for (const stage of stages) readExamples(stage, scope.app.compile)
  const sidecars = new Sidecars(scope)
  await sidecars.start(plan.settings.sidecars)
  try {
    return await startListening({ endpoints, scope, sidecars, plan, ...start })
  } catch (error) {
    await sidecars.stop()
    throw sidecars.lost.aborted ? sidecars.lost.reason : error
  }
}

interface ListeningParts extends ServerStart {
  readonly endpoints: readonly Endpoint[]
  readonly scope: ServerScope
  readonly sidecars: Sidecars
  readonly plan: ServerPlan
}

async function startListening(parts: ListeningParts): Promise<RunningServer> {
  const { endpoints, scope, sidecars, logger, startedAtMs, plan } = parts
  const { clock, log } = scope
  const paths = endpoints.map(({ path }) => path)
  const stages = await startStages(endpoints, scope, AbortSignal.any([plan.signal, sidecars.lost]))
  try {
    sidecars.lost.throwIfAborted()
    const catalogues = await openCatalogues(endpoints, stages, scope, plan.signal)
    const listener = createListener(endpoints, stages, scope, catalogues)
    const mounted = new FetchFrontEnd({ maxInFlightBytes: scope.config.maxInFlightBytes, clock })
    await mounted.listen(listener)
    const { frontEnd, kind } = plan.listens === 'nowhere' ? nowhere(mounted) : await openFrontEnd(scope)
    const { host, port } = await frontEnd.listen(listener)
    const address = serverAddress(host, port)
    const startMs = Math.round(clock.now() - startedAtMs)
    if (kind === 'none') emit(log, 'mounted', { endpoints: paths, startMs })
    else emit(log, 'listening', { ...address, frontEnd: kind, endpoints: paths, startMs })
    const running = stages.flatMap((served) => (served.state === 'running' ? [served.stage] : []))
    const rollingRestart = new RollingRestart(scope, running)
    const parts = { scope, address, frontEnd, mounted, listener, stages: running, sidecars, logger, rollingRestart }
    return new RunningServer(parts)
  } catch (error) {
    await Promise.allSettled(stages.map((served) => served.stage.stop()))
    throw error
  }
}

async function openScope(plan: ServerPlan, log: Log): Promise<ServerScope> {
  const { app, settings, readPlace, use, spanExporter, onFatal } = plan
  const { config, stages: overrides } = settings
  const bundle = await bundleApp(app)
  const clock = new TurnClock(systemClock())
  return {
    config,
    bundle,
    overrides,
    app: withPlaces(await loadApp(bundle.url, overrides), settings.places, readPlace),
    clock,
    pool: new SlabPool({ maxBytes: config.maxSlabBytes, poison: 'never' }),
    parseThread: new ParseThread({ appUrl: bundle.url, overrides, maxBytes: config.maxInFlightBytes }),
    log,
    requestIds: new RequestIds(),
    observation: openObservation({ config, clock, log, spanExporter }),
    use,
    onFatal,
  }
}

interface OpenFrontEnd {
  readonly frontEnd: FrontEnd
  readonly kind: 'uws' | 'http' | 'none'
}

function nowhere(frontEnd: FrontEnd): OpenFrontEnd {
  return { frontEnd, kind: 'none' }
}

async function openFrontEnd({ config, clock, log }: ServerScope): Promise<OpenFrontEnd> {
  const { frontEnd: wanted, host, port, maxInFlightBytes } = config
  let kind: OpenFrontEnd['kind'] = wanted === 'http' ? 'http' : 'uws'
  const loading = {
    onFallback(err: unknown) {
      kind = 'http'
      emit(log, 'frontEndFallback', { err })
    },
  }
  const frontEnd = await createFrontEnd(wanted, { host, port, maxInFlightBytes, clock }, loading)
  return { frontEnd, kind }
}
