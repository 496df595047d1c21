import type { Endpoint, Log, PipelineError } from '@redesmyn/core'
import { bundleApp } from '../app/bundle-app.ts'
import { loadApp } from '../app/load-app.ts'
import type { ServerConfig } from '../config/option-table.ts'
import { createFrontEnd } from '../http/create-front-end.ts'
import type { FrontEnd } from '../http/exchange.ts'
import { ParseThread } from '../http/parse-thread.ts'
import { SlabPool } from '../memory/slab-pool.ts'
import { emit } from '../observe/event-table.ts'
import { createLogger, type Logger } from '../observe/logger.ts'
import { RequestIds } from '../observe/request-ids.ts'
import { readExamples } from '../thread/stage-examples.ts'
import { systemClock } from '../thread/system-clock.ts'
import { createListener } from './create-listener.ts'
import { mountedEndpoints } from './mounted-endpoints.ts'
import { openCatalogues } from './open-catalogues.ts'
import { RollingRestart } from './rolling-restart.ts'
import { RunningServer } from './running-server.ts'
import { serverAddress } from './server-address.ts'
import type { ServerScope } from './server-scope.ts'
import { startStages } from './start-stages.ts'

export interface ServerPlan {
  readonly app: string | URL
  /** None: all that the app exports. */
  readonly endpoints: readonly Endpoint[]
  readonly config: ServerConfig
  /** Fires when the server is stopped before it listens. */
  readonly signal: AbortSignal
  /** The server is to stop: see `ServerScope`. */
  readonly onFatal: (error: PipelineError) => void
}

/** Brings up a server: app, stages, address. Rejects with what failed first; nothing of it then runs on. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  const { logLevel: level, logFormat: format, logFile: file } = plan.config
  const logger = await createLogger({ level, format, file })
  try {
    return await startWithLog(plan, logger)
  } catch (error) {
    logger.close()
    throw error
  }
}

async function startWithLog(plan: ServerPlan, logger: Logger): Promise<RunningServer> {
  const startedAtMs = performance.now()
  const scope = await openScope(plan, logger.of('server'))
  const { clock, log } = scope
  const endpoints = mountedEndpoints(plan.endpoints, scope.app)
  const paths = endpoints.map(({ path }) => path)
  emit(log, 'starting', { app: scope.bundle.sourcePath, endpoints: paths })
  for (const { stages } of endpoints) for (const stage of stages) readExamples(stage, scope.app.compile)
  const stages = await startStages(endpoints, scope, plan.signal)
  try {
    const catalogues = await openCatalogues(endpoints, stages, scope, plan.signal)
    const listener = createListener(endpoints, stages, scope, catalogues)
    const { frontEnd, kind } = await openFrontEnd(scope)
    const { host, port } = await frontEnd.listen(listener)
    const address = serverAddress(host, port)
    const startMs = Math.round(clock.now() - startedAtMs)
    emit(log, 'listening', { ...address, frontEnd: kind, endpoints: paths, startMs })
    const running = stages.flatMap((served) => (served.state === 'running' ? [served.stage] : []))
    const rollingRestart = new RollingRestart(scope, running)
    return new RunningServer({ scope, address, frontEnd, listener, stages: running, logger, rollingRestart })
  } catch (error) {
    await Promise.allSettled(stages.map((served) => served.stage.stop()))
    throw error
  }
}

async function openScope({ app, config, onFatal }: ServerPlan, log: Log): Promise<ServerScope> {
  const bundle = await bundleApp(app)
  return {
    config,
    bundle,
    app: await loadApp(bundle.url),
    clock: systemClock(),
    pool: new SlabPool({ maxBytes: config.maxSlabBytes, poison: 'never' }),
    parseThread: new ParseThread({ appUrl: bundle.url, maxBytes: config.maxInFlightBytes }),
    log,
    requestIds: new RequestIds(),
    onFatal,
  }
}

interface OpenFrontEnd {
  readonly frontEnd: FrontEnd
  readonly kind: 'uws' | 'http'
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
