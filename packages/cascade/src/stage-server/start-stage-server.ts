import { randomUUID } from 'node:crypto'
import type { PipelineError } from '@redesmyn/core'
import {
  type BundledApp,
  bundleApp,
  emit,
  loadApp,
  type Logger,
  openObservation,
  type ServerSettings,
  Sidecars,
  startWithLogger,
  systemClock,
} from '@redesmyn/worker'
import { offerStages } from './offer-stages.ts'
import { OfferedStage, type PipelineSetting } from './offered-stage.ts'
import { openListener } from './open-listener.ts'
import { RunningStageServer, type RunningStageServerParts } from './running-stage-server.ts'
import { RunningStageService } from './running-stage-service.ts'
import type { ListenerSecurity, StageListener } from './stage-listener.ts'

export interface StageServerPlan {
  /** The module that exports the stages. */
  readonly app: string | URL
  /** Names of the stages that are offered. */
  readonly stages: readonly string[]
  readonly addresses: readonly URL[]
  readonly settings: ServerSettings
  /** An address that others than this machine reach may go without TLS. */
  readonly isInsecure: boolean
  /** Something without which the server is not to go on has ended. */
  readonly onFatal: (error: PipelineError) => void
  /** Whoever a listener was for has no more calls; with why, where that was no good end. */
  readonly onEnded: (failure: PipelineError | undefined) => void
}

/** Brings up a stage service: app, stages, addresses. Rejects with what failed first; nothing of it then runs on. */
export async function startStageServer(plan: StageServerPlan): Promise<RunningStageServer> {
  return await startWithLogger(plan.settings.config, (logger) => startWithLog(plan, logger))
}

async function startWithLog(plan: StageServerPlan, logger: Logger): Promise<RunningStageServer> {
  const { config } = plan.settings
  const clock = systemClock()
  const startedAtMs = clock.now()
  const log = logger.of('server')
  const bundle = await bundleApp(plan.app)
  const observation = openObservation({ config, clock, log, spanExporter: undefined })
  const sidecars = new Sidecars({ clock, log })
  sidecars.lost.addEventListener('abort', () => plan.onFatal(sidecars.lost.reason), { once: true })
  const setting = { clock, log, logger, observation, sidecars, drainMs: config.drainMs }
  try {
    emit(log, 'starting', { app: bundle.sourcePath, endpoints: [] })
    await sidecars.start(plan.settings.sidecars)
    const service = await openService(plan, bundle, setting)
    const listeners = await openListeners(plan, service, setting)
    const startMs = Math.round(clock.now() - startedAtMs)
    for (const { address } of listeners) emit(log, 'listening', { url: address, stages: plan.stages, startMs })
    for (const { ended } of listeners) void ended?.then(plan.onEnded)
    return new RunningStageServer({ ...setting, service, listeners })
  } catch (error) {
    await sidecars.stop()
    await observation.close()
    throw error
  }
}

type Setting = Omit<RunningStageServerParts, 'service' | 'listeners'>

async function openService(
  plan: StageServerPlan,
  bundle: BundledApp,
  { clock, log, observation }: Setting,
): Promise<RunningStageService> {
  const { config, stages: overrides } = plan.settings
  const app = await loadApp(bundle.url, overrides)
  const pipeline: PipelineSetting & { readonly nowMs: () => number } = {
    app: bundle,
    overrides,
    slabBytes: config.maxSlabBytes,
    clock,
    log,
    logging: { level: config.logLevel, format: config.logFormat, file: config.logFile },
    checkWrites: config.checkWrites === 'on',
    tracer: observation.tracer,
    onFailed: plan.onFatal,
    nowMs: () => clock.now(),
  }
  const stages = offerStages(app, plan.stages).map((stage) => new OfferedStage(stage, config, pipeline))
  const service = new RunningStageService({
    stages,
    limits: config,
    clock,
    log,
    metricsPrefix: config.metricsPrefix,
    newId: randomUUID,
  })
  await service.start()
  return service
}

/** All of them or, where one does not open, none; the service then ends too. */
async function openListeners(
  { addresses, settings, isInsecure }: StageServerPlan,
  service: RunningStageService,
  { clock, log }: Setting,
): Promise<readonly StageListener[]> {
  const opened: StageListener[] = []
  const { tlsCert: certPath, tlsKey: keyPath, tlsCa: caPath, tokenFile: tokenPath } = settings.config
  const security: ListenerSecurity = { certPath, keyPath, caPath, tokenPath, isInsecure }
  try {
    for (const address of addresses) opened.push(await openListener(address, { service, clock, log, security }))
    return opened
  } catch (error) {
    await Promise.all(opened.map((listener) => listener.close('abort')))
    await service.stop()
    throw error
  }
}
