import type { Endpoint } from '@redesmyn/core'
import { AnswerCounts } from '../http/answer-counts.ts'
import { EndpointRuntime } from '../http/endpoint-runtime.ts'
import type { Readiness } from '../http/probes.ts'
import { Router } from '../http/router.ts'
import { ModelCatalogue } from '../model/model-catalogue.ts'
import type { EndpointStats } from '../observe/expose-endpoint.ts'
import { renderMetrics } from '../observe/metrics.ts'
import { PipelineRoute } from '../pipeline/pipeline-route.ts'
import { RunningPipeline } from '../pipeline/running-pipeline.ts'
import type { StagePort } from '../pipeline/stage-port.ts'
import { addEndpointRoute } from './endpoint-route.ts'
import { addOwnRoutes } from './own-routes.ts'
import { RequestListener, type RouteHandler } from './request-listener.ts'
import type { ServerScope } from './server-scope.ts'
import type { ServedStage } from './start-stages.ts'
import { UnavailableStage } from './unavailable-stage.ts'

/** Wires what answers: a runtime for each endpoint, probes and metrics for the server itself. */
export function createListener(
  endpoints: readonly Endpoint[],
  stages: readonly ServedStage[],
  scope: ServerScope,
): RequestListener {
  const router = new Router<RouteHandler>()
  const refusals = new AnswerCounts()
  const listener = new RequestListener({ router, requestIds: scope.requestIds, refusals })
  const runtimes = endpoints.map((endpoint) => {
    return createRuntime({ endpoint, stage: portOf(endpoint, stages, scope), scope })
  })
  for (const runtime of runtimes) addEndpointRoute(router, runtime.endpoint, runtime)
  addOwnRoutes(router, {
    readiness: () => (listener.isDraining ? 'draining' : readinessOf(stages)),
    metrics: () => scrape(runtimes, refusals, { stages, scope }),
  })
  return listener
}

interface RuntimeParts {
  readonly endpoint: Endpoint
  readonly stage: StagePort
  readonly scope: ServerScope
}

function createRuntime({ endpoint, stage, scope }: RuntimeParts): EndpointRuntime {
  const { config, app, bundle, clock, log, parseThread, requestIds, observation } = scope
  const { models, path, stages } = endpoint
  const { emf, tracer } = observation
  const owner = { endpoint: path, stages: stages.map(({ name }) => name).join('>') }
  return new EndpointRuntime({
    endpoint,
    stage,
    compile: app.compile,
    limits: config,
    models: models && new ModelCatalogue({ models, appFolder: bundle.folder, clock, log }),
    parseThread,
    requestIds,
    clock,
    log,
    tracer,
    onTimed: emf && ((request, times) => emf.add(owner, request, times)),
  })
}

/** Where the rows of an endpoint go: into its stage, or through its stages in order. */
function portOf({ stages, modelStage }: Endpoint, all: readonly ServedStage[], { clock }: ServerScope): StagePort {
  const served = stages.flatMap(({ name }) => all.find((candidate) => candidate.name === name) ?? [])
  const failed = served.find(({ state }) => state === 'failed')
  if (failed !== undefined) return new UnavailableStage(failed.name)
  const running = served.map(({ stage }) => stage)
  return running.length === 1
    ? running[0]
    : new RunningPipeline(new PipelineRoute({ stages: running, modelStage, clock }))
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
