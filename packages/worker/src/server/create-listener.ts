import type { Endpoint } from '@redesmyn/core'
import { AnswerCounts } from '../http/answer-counts.ts'
import { Inflater } from '../http/content-coding/inflater.ts'
import { EndpointRuntime } from '../http/endpoint-runtime.ts'
import type { Readiness } from '../http/probes.ts'
import { Router } from '../http/router.ts'
import type { EndpointStats } from '../observe/expose-endpoint.ts'
import { renderMetrics } from '../observe/metrics.ts'
import { KeyedStage } from '../pipeline/keyed-stage.ts'
import { PipelineRoute } from '../pipeline/pipeline-route.ts'
import { RunningPipeline } from '../pipeline/running-pipeline.ts'
import { RowParting } from '../pipeline/row-parting.ts'
import type { StagePort } from '../pipeline/stage-port.ts'
import { addAdminRoutes } from './admin-routes.ts'
import { addEndpointRoute } from './endpoint-route.ts'
import type { Catalogues } from './open-catalogues.ts'
import { addOwnRoutes } from './own-routes.ts'
import { RequestListener, type RouteHandler } from './request-listener.ts'
import { ServedModels } from './served-models.ts'
import type { ServerScope } from './server-scope.ts'
import type { ServedStage } from './start-stages.ts'
import { UnavailableStage } from './unavailable-stage.ts'

/** Wires what answers: a runtime for each endpoint, probes and metrics for the server itself. */
export function createListener(
  endpoints: readonly Endpoint[],
  stages: readonly ServedStage[],
  scope: ServerScope,
  catalogues: Catalogues,
): RequestListener {
  const router = new Router<RouteHandler>()
  const refusals = new AnswerCounts()
  const inflater = new Inflater(scope.config.maxInFlightBytes)
  const listener = new RequestListener({
    pathPrefix: scope.config.pathPrefix,
    router,
    requestIds: scope.requestIds,
    refusals,
    settled: () => Promise.all(runtimes.map((runtime) => runtime.settled())),
  })
  const runtimes = endpoints.map((endpoint) => {
    return createRuntime({ endpoint, stage: portOf(endpoint, stages, scope), scope, catalogues, inflater })
  })
  for (const runtime of runtimes) addEndpointRoute(router, runtime.endpoint, runtime)
  addOwnRoutes(router, {
    readiness: () => (listener.isDraining ? 'draining' : readinessOf(stages)),
    metrics: () => scrape(runtimes, refusals, { stages, scope }),
    api:
      scope.config.docs === 'on'
        ? { appPath: scope.bundle.sourcePath, endpoints, requestIds: scope.requestIds }
        : undefined,
  })
  if (scope.config.admin === 'on') {
    addAdminRoutes(router, { models: servedModels(catalogues, stages), requestIds: scope.requestIds })
  }
  return listener
}

function servedModels(catalogues: Catalogues, stages: readonly ServedStage[]): readonly ServedModels[] {
  return Array.from(catalogues).flatMap(([endpoint, catalogue]) => {
    const served = stages.find(({ name }) => name === endpoint.modelStage)
    return served === undefined ? [] : [new ServedModels(endpoint, catalogue)]
  })
}

interface RuntimeParts {
  readonly endpoint: Endpoint
  readonly stage: StagePort
  readonly scope: ServerScope
  readonly catalogues: Catalogues
  readonly inflater: Inflater
}

function createRuntime({ endpoint, stage, scope, catalogues, inflater }: RuntimeParts): EndpointRuntime {
  const { config, app, clock, log, parseThread, requestIds, use, observation } = scope
  const { path, stages } = endpoint
  const { emf, tracer } = observation
  const owner = { endpoint: path, stages: stages.map(({ name }) => name).join('>') }
  return new EndpointRuntime({
    endpoint,
    stage,
    compile: app.compile,
    limits: config,
    models: catalogues.get(endpoint),
    use: [...use, ...app.use, ...endpoint.use],
    parseThread,
    inflater,
    requestIds,
    clock,
    log,
    tracer,
    onTimed: emf && ((request, times) => emf.add(owner, request, times)),
  })
}

/** Where the rows of an endpoint go: into its stage, or through its stages in order. */
function portOf(
  { stages, modelStage, mixed }: Endpoint,
  all: readonly ServedStage[],
  { clock }: ServerScope,
): StagePort {
  const served = stages.flatMap(({ name }) => all.find((candidate) => candidate.name === name) ?? [])
  const failed = served.find(({ state }) => state === 'failed')
  if (failed !== undefined) return new UnavailableStage(failed.name)
  const running = served.map(({ stage }) => stage)
  const port =
    running.length === 1 ? running[0] : new RunningPipeline(new PipelineRoute({ stages: running, modelStage, clock }))
  const parting = RowParting.of(stages[0])
  return parting === undefined ? port : new KeyedStage({ stage: port, parting, mixed })
}

/** A stage that the server goes on without does not count: its endpoints say so themselves. */
function readinessOf(stages: readonly ServedStage[]): Readiness {
  return stages.every(({ state, stage }) => state === 'failed' || stage.isReady) ? 'ready' : 'starting'
}

interface Scraped {
  readonly stages: readonly ServedStage[]
  readonly scope: ServerScope
}

function scrape(runtimes: readonly EndpointRuntime[], refusals: AnswerCounts, { stages, scope }: Scraped): string {
  const { pool, config, observation } = scope
  const { user, system } = process.cpuUsage()
  const { active, idle } = performance.eventLoopUtilization()
  const timeouts = runtimes.map(({ endpoint }) => endpoint.config.requestTimeoutMs ?? config.requestTimeoutMs)
  const snapshot = {
    endpoints: [...runtimes.map((runtime) => runtime.stats()), elsewhere(refusals)],
    stages: stages.map(({ stage }) => stage.stats()),
    slabs: {
      slabsInUse: pool.slabsInUse,
      bytesInUse: pool.bytesInUse,
      totalBytes: pool.totalBytes,
      maxBytes: config.maxSlabBytes,
    },
    process: {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
      lagMs: observation.lag.lagMs,
      activeMs: active,
      idleMs: idle,
    },
  }
  const { metricsPrefix: prefix, mosecNamespace } = config
  return renderMetrics(snapshot, { prefix, mosecNamespace, timeoutMs: Math.max(config.requestTimeoutMs, ...timeouts) })
}

/** What came to no endpoint. */
function elsewhere(refusals: AnswerCounts): EndpointStats {
  return {
    path: '',
    stages: '',
    answers: [...refusals.entries()],
    inFlight: 0,
    errors: new Map(),
    times: [],
    refreshErrors: undefined,
  }
}
