import { type Endpoint, type ModelCache, parsePathTemplate } from '@redesmyn/core'
import { ModelCatalogue } from '../model/model-catalogue.ts'
import type { ModelHost } from '../model/model-host.ts'
import { emit } from '../observe/event-table.ts'
import type { ServerScope } from './server-scope.ts'
import type { ServedStage } from './start-stages.ts'

/** The catalogues of the endpoints that have models. */
export type Catalogues = ReadonlyMap<Endpoint, ModelCatalogue>

/**
 * Makes a catalogue for each endpoint with models, once the stages run, and has loaded what is to be loaded before the
 * first request. Never rejects: a store that cannot be read must not keep the other endpoints from being served.
 */
export async function openCatalogues(
  endpoints: readonly Endpoint[],
  stages: readonly ServedStage[],
  scope: ServerScope,
  signal: AbortSignal,
): Promise<Catalogues> {
  const catalogues = new Map<Endpoint, ModelCatalogue>()
  for (const endpoint of endpoints) {
    if (endpoint.models === undefined) continue
    catalogues.set(endpoint, openCatalogue(endpoint, endpoint.models, { host: hostOf(endpoint, stages), scope }))
  }
  const prefetching = [...catalogues]
    .filter(([{ models }]) => models?.prefetch === 'all')
    .map(([{ path }, catalogue]) => prefetch({ endpoint: path, catalogue, scope, signal }))
  await Promise.race([Promise.all(prefetching), aborted(signal)])
  return catalogues
}

interface Surroundings {
  readonly host: ModelHost | undefined
  readonly scope: ServerScope
}

function openCatalogue(endpoint: Endpoint, models: ModelCache<unknown>, { host, scope }: Surroundings): ModelCatalogue {
  const { bundle, clock, log } = scope
  return new ModelCatalogue({ models, appFolder: bundle.folder, host, callNames: callNames(endpoint), clock, log })
}

/** Of the path, of the query, and of what stages want together. */
function callNames({ path, config, stages }: Endpoint): readonly string[] {
  const together = stages.flatMap((stage) => stage.config.partitionBy ?? [])
  return [...parsePathTemplate(path).names, ...config.query, ...together]
}

function hostOf({ modelStage }: Endpoint, stages: readonly ServedStage[]): ModelHost | undefined {
  return stages.find(({ name, state }) => name === modelStage && state === 'running')?.stage.models
}

interface Prefetch {
  readonly endpoint: string
  readonly catalogue: ModelCatalogue
  readonly scope: ServerScope
  readonly signal: AbortSignal
}

async function prefetch({ endpoint, catalogue, scope, signal }: Prefetch): Promise<void> {
  const { clock, log } = scope
  const startedAtMs = clock.now()
  try {
    const report = await catalogue.prefetch(signal)
    emit(log, 'modelsPrefetched', { endpoint, ...report, prefetchMs: Math.round(clock.now() - startedAtMs) })
  } catch (err) {
    emit(log, 'modelsNotListed', { endpoint, err })
  }
}

/** A load may take long: who stops the server meanwhile does not wait for it. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
