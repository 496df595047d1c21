import { type AnyStage, type Endpoint, fuse, fusedStages, PipelineError, placed } from '@redesmyn/core'
import { emit } from '../observe/event-table.ts'
import { RunningStage } from '../pipeline/running-stage.ts'
import type { ServerScope } from './server-scope.ts'

/** A stage of a server: at work, or one that did not start and that the server goes on without. */
export type ServedStage =
  | { readonly state: 'running'; readonly name: string; readonly stage: RunningStage }
  | { readonly state: 'failed'; readonly name: string; readonly stage: RunningStage; readonly error: unknown }

/**
 * Starts the stages of the endpoints at the same time, each once. Rejects with what the first one that fails throws,
 * after the others were ended; a server that may degrade goes on as long as one has started. The signal ends them all.
 */
export async function startStages(
  endpoints: readonly Endpoint[],
  scope: ServerScope,
  signal: AbortSignal,
): Promise<readonly ServedStage[]> {
  const stages = createStages(endpoints, scope)
  const stopAll = () => Promise.allSettled([...stages.values()].map((stage) => stage.stop()))
  const onStop = () => void stopAll()
  signal.addEventListener('abort', onStop, { once: true })
  try {
    const served = await Promise.all([...stages].map(([name, stage]) => startStage({ name, stage, scope, signal })))
    const failed = served.find(({ state }) => state === 'failed')
    if (failed?.state === 'failed' && served.every(({ state }) => state === 'failed')) throw failed.error
    return served
  } catch (error) {
    await stopAll()
    throw error
  } finally {
    signal.removeEventListener('abort', onStop)
  }
}

interface StageStart {
  readonly name: string
  readonly stage: RunningStage
  readonly scope: ServerScope
  readonly signal: AbortSignal
}

async function startStage({ name, stage, scope, signal }: StageStart): Promise<ServedStage> {
  const { clock, log, config } = scope
  const startedAtMs = clock.now()
  try {
    await stage.start()
    emit(log, 'stageStarted', { stage: name, startMs: Math.round(clock.now() - startedAtMs) })
    return { state: 'running', name, stage }
  } catch (error) {
    if (config.onStartFailure === 'reject' || signal.aborted) throw error
    emit(log, 'stageFailed', { stage: name, err: error })
    await stage.stop()
    return { state: 'failed', name, stage, error }
  }
}

/** By name; endpoints may share one. */
function createStages(endpoints: readonly Endpoint[], scope: ServerScope): ReadonlyMap<string, RunningStage> {
  const stages = new Map<string, RunningStage>()
  const modelled = new Set(endpoints.flatMap(({ modelStage }) => modelStage ?? []))
  const fused = fusedStages(
    endpoints.map(({ stages: ordered }) => ordered),
    modelled,
  )
  const followers = new Set([...fused.values()].flat().map(({ name }) => name))
  for (const { stages: ordered } of endpoints) {
    for (const stage of ordered) {
      assertOnePlace(stage, endpoints)
      if (stages.has(stage.name) || followers.has(stage.name)) continue
      stages.set(stage.name, createStage(stage, fused.get(stage.name) ?? [], endpoints, scope))
    }
  }
  return stages
}

/** Endpoints share the stages of one name, so all of them have to reach it the same way. */
function assertOnePlace({ name, medium }: AnyStage, endpoints: readonly Endpoint[]): void {
  const other = endpoints.find(({ stages }) => stages.some((stage) => stage.name === name && stage.medium !== medium))
  if (other === undefined) return
  const message = `the stage "${name}" is in two places, endpoint "${other.path}" reaches it over another placement than others do`
  throw new PipelineError('CONFIG_INVALID', message, { details: { stage: name } })
}

function createStage(
  head: AnyStage,
  followers: readonly AnyStage[],
  endpoints: readonly Endpoint[],
  scope: ServerScope,
): RunningStage {
  const stage = fuse(placed(head), followers)
  const modelled = endpoints.find(({ modelStage }) => modelStage === stage.name)
  const { bundle, overrides, config, clock, pool, log, requestIds, observation, onFatal } = scope
  return new RunningStage({
    stage,
    fused: followers.map(({ name }) => name),
    app: { ...bundle, overrides },
    modelled: modelled?.models && { owner: { kind: 'endpoint', path: modelled.path }, limits: modelled.models },
    clock,
    pool,
    log,
    requestIdSuffix: requestIds.suffix,
    logLevel: config.logLevel,
    logFormat: config.logFormat,
    logFile: config.logFile,
    checkWrites: config.checkWrites === 'on',
    tracer: observation.tracer,
    onCrashLoop(error) {
      emit(log, 'crashLoop', { stage: stage.name, err: error })
      onFatal(error)
    },
  })
}
