import type { Endpoint } from '@redesmyn/core'
import { AnswerCounts } from '../http/answer-counts.ts'
import { EndpointRuntime } from '../http/endpoint-runtime.ts'
import type { Readiness } from '../http/probes.ts'
import { Router } from '../http/router.ts'
import { renderMetrics } from '../observe/metrics.ts'
import { KeyedStage } from '../pipeline/keyed-stage.ts'
import { PipelineRoute } from '../pipeline/pipeline-route.ts'
import { RunningPipeline } from '../pipeline/running-pipeline.ts'
import type { StagePort } from '../pipeline/stage-port.ts'
import { addEndpointRoute } from './endpoint-route.ts'
import type { Catalogues } from './open-catalogues.ts'
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
  catalogues: Catalogues,
): RequestListener {
  const router = new Router<RouteHandler>()
  const refusals = new AnswerCounts()
  const listener = new RequestListener({ router, requestIds: scope.requestIds, refusals })
  const runtimes = endpoints.map((endpoint) => {
    return createRuntime({ endpoint, stage: portOf(endpoint, stages, scope), scope, catalogues })
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
  readonly catalogues: Catalogues
}

function createRuntime({ endpoint, stage, scope, catalogues }: RuntimeParts): EndpointRuntime {
  const { config, app, clock, log, parseThread, requestIds } = scope
  return new EndpointRuntime({
    endpoint,
    stage,
    compile: app.compile,
    limits: config,
    models: catalogues.get(endpoint),
    parseThread,
    requestIds,
    clock,
    log,
  })
}

/** Where the rows of an endpoint go: into its stage, or through its stages in order. */
function portOf({ stages, modelStage }: Endpoint, all: readonly ServedStage[], { clock }: ServerScope): StagePort {
  const served = stages.flatMap(({ name }) => all.find((candidate) => candidate.name === name) ?? [])
  const failed = served.find(({ state }) => state === 'failed')
  if (failed !== undefined) return new UnavailableStage(failed.name)
  const running = served.map(({ stage }) => stage)
  const port =
    running.length === 1 ? running[0] : new RunningPipeline(new PipelineRoute({ stages: running, modelStage, clock }))
  const { batchKey } = stages[0].config
  return batchKey === undefined ? port : new KeyedStage(port, batchKey)
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
  const { pool, config } = scope
  const { user, system } = process.cpuUsage()
  return renderMetrics({
    endpoints: [
      ...runtimes.map((runtime) => ({ path: runtime.endpoint.path, answers: runtime.answers() })),
      { path: '', answers: refusals.entries() },
    ],
    stages: stages.map(({ stage }) => stage.stats()),
    slabs: {
      slabsInUse: pool.slabsInUse,
      bytesInUse: pool.bytesInUse,
      totalBytes: pool.totalBytes,
      maxBytes: config.maxSlabBytes,
    },
    process: { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() },
  })
}
