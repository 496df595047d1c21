import {
  type AnyPipeline,
  type AnyProvider,
  type AnyStage,
  type App,
  closestName,
  type Compile,
  type Endpoint,
  endpoint,
  type Media,
  type Middleware,
  type ModelCache,
  overrideStage,
  PipelineError,
  type Stage,
  type StageOverride,
} from '@redesmyn/core'
import { placeInApp } from './place-in-app.ts'
import { assetsBehind } from './staged-assets.ts'
import { withStages } from './with-stages.ts'

/** What an app module declares. */
export interface LoadedApp {
  readonly endpoints: readonly Endpoint[]
  /** By name: those that are exported, and those of endpoints and pipelines that are. */
  readonly stages: ReadonlyMap<string, AnyStage>
  /** The model caches of assets, each once, in the order of the exports: the same in every thread. */
  readonly assetModels: readonly ModelCache<unknown>[]
  /** Around all endpoints. */
  readonly use: readonly Middleware[]
  /** For the handlers of all stages. */
  readonly provide: readonly AnyProvider[]
  /** Names by which the configuration may say where stages run, beside those of the stages themselves. */
  readonly configured: ReadonlySet<string>
  /** What takes rows of stages elsewhere whose place was said beside the app. */
  readonly media: Media
  /** TypeBox's compiler of the version that made the app's schemas: its bundle carries it. */
  readonly compile: Compile
}

/** What the entry of a bundle exports: see bundle-app.ts. */
interface BundleModule {
  readonly app: Readonly<Record<string, unknown>>
  readonly compile: Compile
}

/** Where a stage or a pipeline is served that an app exports by default, without an endpoint. */
export const defaultPath = '/inference'

/**
 * Imports a bundled app and collects what it exports; its stages have the overrides. Throws CONFIG_INVALID, also for
 * what the module itself throws.
 */
export async function loadApp(url: string, overrides: readonly StageOverride[] = []): Promise<LoadedApp> {
  const { app, compile } = await importBundle(url)
  const declared = { ...collect(app), media: new Map() }
  assertStagesExist(overrides, declared.stages)
  if (overrides.length === 0) return { ...declared, compile }
  const stages = new Map([...declared.stages].map(([name, stage]) => [name, overrideStage(stage, overrides)]))
  return { ...declared, endpoints: declared.endpoints.map((one) => withStages(one, stages)), stages, compile }
}

function collect(app: BundleModule['app']): Omit<LoadedApp, 'compile' | 'media'> {
  const endpoints = new Set<Endpoint>()
  const stages = new Map<string, AnyStage>()
  const assetModels = new Set<ModelCache<unknown>>()
  const configured = new Set<string>()
  const add = (stage: AnyStage): void => {
    addStage(stages, stage)
    if (stage.medium?.configuredAs !== undefined) configured.add(stage.medium.configuredAs)
  }
  // The default export is the app's own list; what is exported by name comes after it.
  const { default: main, ...named } = app
  const apps = [main, ...Object.values(named)].filter(isApp)
  for (const exported of [main, ...Object.values(named)].flat().flatMap((one) => (isApp(one) ? one.endpoints : one))) {
    if (isEndpoint(exported)) {
      endpoints.add(exported)
      exported.stages.forEach(add)
    } else if (isStage(exported)) add(exported)
    else if (isPipeline(exported)) exported.stages.forEach(add)
    else {
      for (const asset of assetsBehind(exported)) {
        for (const stage of asset.stages ?? []) add(stage)
        if (asset.models !== undefined) assetModels.add(asset.models)
      }
    }
  }
  if (isStage(main) || isPipeline(main)) endpoints.add(atDefaultPath(main))
  const shared = sharedBy(new Set(apps))
  return { endpoints: [...endpoints], stages, assetModels: [...assetModels], configured, ...shared }
}

/** What an app exports by default needs no endpoint of its own. */
function atDefaultPath(served: AnyStage | AnyPipeline): Endpoint {
  // An app's types are known to its author only; a handler that takes a model finds that it has none.
  return endpoint(defaultPath, served as Stage)
}

function assertStagesExist(overrides: readonly StageOverride[], stages: LoadedApp['stages']): void {
  const names = [...stages.keys()]
  for (const { place, stage } of overrides) {
    if (stage === undefined || stages.has(stage)) continue
    const closest = closestName(stage, names)
    const hint = closest === undefined ? `expected ${names.join(', ')}` : `did you mean "${closest}"?`
    throw new PipelineError('CONFIG_INVALID', `${place}: the app has no stage "${stage}", ${hint}`)
  }
}

/** What endpoints and stages have in common is said once. */
function sharedBy(apps: ReadonlySet<App>): Pick<LoadedApp, 'use' | 'provide'> {
  const [only] = apps
  if (apps.size <= 1) return { use: only?.use ?? [], provide: only?.provide ?? [] }
  throw new PipelineError('CONFIG_INVALID', `a module exports one app, got ${apps.size}`)
}

async function importBundle(url: string): Promise<BundleModule> {
  try {
    return await import(url)
  } catch (error) {
    if (error instanceof Error && error.name === 'PipelineError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    const place = placeInApp(error, url)
    const told = place === undefined ? reason : `${place}: ${reason}`
    throw new PipelineError('CONFIG_INVALID', `the app module failed while it was loaded: ${told}`, { cause: error })
  }
}

function addStage(stages: Map<string, AnyStage>, stage: AnyStage): void {
  const known = stages.get(stage.name)
  if (known !== undefined && known !== stage && !isSameMap(known, stage) && !isSameElsewhere(known, stage)) {
    throw new PipelineError('CONFIG_INVALID', `two stages are named "${stage.name}", threads find a stage by its name`)
  }
  stages.set(stage.name, stage.medium === undefined ? stage : withoutMedium(stage))
}

/** Threads run it where they are. */
function withoutMedium({ medium: _elsewhere, ...stage }: AnyStage): AnyStage {
  return stage
}

/** A map is made a stage wherever its handoff stands. */
function isSameMap(known: AnyStage, stage: AnyStage): boolean {
  return known.map !== undefined && known.map === stage.map
}

/** A handoff makes a stage of its own of the one behind it: the same, in another place. */
function isSameElsewhere(known: AnyStage, stage: AnyStage): boolean {
  return known.handler === stage.handler && known.declared === stage.declared
}

/** Throws CONFIG_INVALID for an app that leaves nothing to serve. */
export function assertHasEndpoint({ endpoints, stages }: LoadedApp): void {
  if (endpoints.length > 0) return
  const [name = 'myStage'] = stages.keys()
  const hint = `write for instance: export default endpoint('${defaultPath}', ${name})`
  throw new PipelineError('CONFIG_INVALID', `the app module exports no endpoint; ${hint}`)
}

function isEndpoint(value: unknown): value is Endpoint {
  return hasKind(value, 'endpoint')
}

function isStage(value: unknown): value is AnyStage {
  return hasKind(value, 'stage')
}

function isApp(value: unknown): value is App {
  return hasKind(value, 'app')
}

function isPipeline(value: unknown): value is AnyPipeline {
  return hasKind(value, 'pipeline')
}

/** By a property, because an app may hold another copy of the classes. */
function hasKind(value: unknown, kind: string): boolean {
  const canHold = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return canHold && Reflect.get(value, '~kind') === kind
}
