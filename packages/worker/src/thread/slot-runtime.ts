import {
  type AnyStage,
  fuse,
  type Log,
  type ModelCache,
  type ModelRef,
  PipelineError,
  Provided,
  toErrorData,
} from '@redesmyn/core'
import { type LoadedApp, loadApp } from '../app/load-app.ts'
import { Libraries } from '../interop/libraries.ts'
import { startHandler } from '../interop/starting-handler.ts'
import { slabState } from '../memory/slab-header.ts'
import { ModelHolder } from '../model/model-holder.ts'
import { SeriesMemory } from '../observe/handler-metrics/series-memory.ts'
import { ThreadMetrics } from '../observe/handler-metrics/thread-metrics.ts'
import { seriesOffset } from '../observe/observed-memory.ts'
import { VitalsWriter } from '../observe/thread-vitals.ts'
import { systemClock } from './system-clock.ts'
import { readBatchFacts } from './batch-facts.ts'
import { BatchInputs } from './batch-input.ts'
import { BatchRequests } from './batch-requests.ts'
import { BatchSignals } from './batch-signals.ts'
import { CopyCounts } from './copy-counts.ts'
import { HandlerRunner, type HandlerRunnerParts } from './handler-runner.ts'
import type { StreamOrder, StreamReport } from '../stream/stream-messages.ts'
import { StreamRunner } from '../stream/stream-runner.ts'
import { NativeGuard } from '../interop/native-guard.ts'
import { lazyLog } from './lazy-log.ts'
import type { BatchReply, LoadTask, ModelOwner, OfferedBatch, SlotAnswer, SlotData, UnloadTask } from './protocol.ts'
import { SlabViews } from './slab-views.ts'
import type { BatchRunner } from './thread-link.ts'
import { WarmUp } from './warm-up.ts'

/** Either runs a batch; which one it is the stage says. */
type SlotRunner = HandlerRunner | StreamRunner

interface StartedSlot {
  readonly runner: SlotRunner
  readonly inputs: BatchInputs
  readonly models: ModelHolder | undefined
  readonly provided: Provided
  readonly log: Log
  /** Not of a stage that streams: its answers are as long as they are. */
  readonly warmUp: WarmUp | undefined
}

const revoked: BatchReply = Object.freeze({ kind: 'revoked' })

/** One slot's thread from within: the app's stage, the slabs that come, the models it was told to hold. */
export class SlotRuntime implements BatchRunner {
  readonly #data: SlotData
  readonly #guard: NativeGuard
  readonly #own: AnyStage | undefined
  readonly #slabs = new SlabViews()
  readonly #signals = new BatchSignals()
  #started: StartedSlot | undefined
  #sendStreams: (report: StreamReport) => void = () => undefined

  /** `own`: the stage, where it is not to be found in the app. */
  constructor(data: SlotData, guard: NativeGuard, own?: AnyStage) {
    this.#data = data
    this.#guard = guard
    this.#own = own
  }

  /** Imports the app and finds the stage in it. Never rejects. */
  async start(): Promise<SlotAnswer> {
    const { appUrl, overrides = [], stageName, fused = [], slot, observed } = this.#data
    try {
      const log = this.#createLog()
      const app = await loadApp(appUrl, overrides)
      const followers = fused.map((name) => findStage(app, name))
      const stage = fuse(this.#own ?? findStage(app, stageName), followers)
      const models = this.#createModels(app, log)
      const metrics = new ThreadMetrics(new SeriesMemory(observed, seriesOffset))
      const provided = new Provided()
      await provided.create([...stage.config.needs, ...app.provide], { stage: stageName, slot, log })
      const runner = this.#createRunner(app, {
        stage,
        slot: {
          stage: stageName,
          slot,
          maxRows: stage.config.batch.maxRows,
          log,
          metrics,
          clock: systemClock(),
          provided,
          models: () => models?.loaded() ?? [],
          signals: this.#signals,
        },
        copies: new CopyCounts(this.#data.copies),
        libraries: new Libraries(),
        vitals: new VitalsWriter(observed),
        checkWrites: (stage.config.checkWrites ?? this.#data.checkWrites) ? 'always' : 'never',
        awaitsStrays: this.#data.rows === 'run',
        modelOf: models && (({ facts }) => facts.model && models.get(facts.model)),
      })
      await startHandler(stage.handler, this.#data.appFolder)
      const { compile } = app
      const warmUp = runner instanceof HandlerRunner ? new WarmUp({ stage, compile, runner, log }) : undefined
      if (models === undefined) await warmUp?.run(undefined)
      const inputs = new BatchInputs(this.#slabs, stage.input?.fields)
      this.#started = { runner, inputs, models, provided, log, warmUp }
      return provided.isEmpty ? { kind: 'started' } : { kind: 'started', closes: true }
    } catch (error) {
      return { kind: 'start-failed', error: toErrorData(error, 'CONFIG_INVALID') }
    }
  }

  /** Never rejects. */
  async load({ model }: LoadTask): Promise<SlotAnswer> {
    const startedAtMs = performance.now()
    try {
      const models = this.#models()
      await models.load(model)
      await this.#warmUpWith(model, models)
      return { kind: 'loaded', loadMs: performance.now() - startedAtMs }
    } catch (error) {
      return {
        kind: 'load-failed',
        error: toErrorData(error, 'MODEL_LOAD_FAILED'),
        loadMs: performance.now() - startedAtMs,
      }
    }
  }

  async unload({ models }: UnloadTask): Promise<SlotAnswer> {
    await this.#started?.models?.unload(models)
    return { kind: 'unloaded' }
  }

  /** Runs a batch unless it was taken back. Never throws and never rejects: an error is a reply. */
  run(offered: OfferedBatch): BatchReply | Promise<BatchReply> {
    const { slab, generation, note } = offered
    try {
      if (note !== undefined) this.#slabs.learn(note)
      const view = this.#slabs.view(slab)
      if (!view.header.move(generation, slabState.ready, slabState.taken)) return revoked
      const requests = new BatchRequests(() => readBatchFacts(view, note?.facts, this.#data.requestIdSuffix))
      const { runner, inputs } = this.#running()
      return runner.run(view, inputs.open(view, note?.source), requests, offered)
    } catch (error) {
      return { kind: 'failed', error: toErrorData(error, 'INTERNAL') }
    }
  }

  /** The thread is about to end: what was provided is disposed of. Never rejects. */
  async close(): Promise<SlotAnswer> {
    const started = this.#started
    await started?.provided.dispose().catch((err: unknown) => {
      started.log.warn({ err }, 'Something that was provided could not be disposed of.')
    })
    return { kind: 'closed' }
  }

  obey(order: StreamOrder): void {
    const runner = this.#started?.runner
    if (runner instanceof StreamRunner) runner.obey(order)
  }

  sendStreams(send: (report: StreamReport) => void): void {
    this.#sendStreams = send
  }

  #createRunner({ compile }: LoadedApp, parts: HandlerRunnerParts): SlotRunner {
    if (parts.stage.events === undefined) return new HandlerRunner(parts)
    return new StreamRunner({ ...parts, compile, send: (report) => this.#sendStreams(report) })
  }

  onGivenUp(): void {
    this.#signals.look()
  }

  /** A promise of the app's has rejected, and nobody looked: in a run an error of the handler's, else the thread's end. */
  onStray(reason: unknown): void {
    // While the app is loaded nothing has begun that it could be an error of.
    if (this.#started === undefined || this.#data.rows !== 'run') throw reason
    const { runner, log } = this.#started
    const { stageName: stage } = this.#data
    log.error({ err: reason, code: 'HANDLER_ERROR', stage }, 'A promise was rejected, and nobody looked.')
    if (runner instanceof HandlerRunner) runner.onStray(reason)
  }

  /** A handler that takes a model can only be warmed up with one. */
  async #warmUpWith(model: ModelRef, models: ModelHolder): Promise<void> {
    try {
      await this.#started?.warmUp?.run(model)
    } catch (error) {
      await models.unload([model])
      throw error
    }
  }

  #createLog(): Log {
    const { logLevel: level, logFormat: format, logFile: file, logFacts: facts, stageName } = this.#data
    return lazyLog(`stage ${stageName}`, { level, format, file, ...(facts && { facts }) })
  }

  #createModels(app: LoadedApp, log: Log): ModelHolder | undefined {
    const { modelsOf, stageName, slot } = this.#data
    const cache = modelsOf && findModels(app, modelsOf)
    if (cache === undefined) return undefined
    const context = { stage: stageName, slot, log }
    return new ModelHolder({ loader: cache.load, context, guard: (call) => this.#guard.run(call) })
  }

  #running(): StartedSlot {
    if (this.#started !== undefined) return this.#started
    throw new PipelineError('INTERNAL', 'a batch came to a thread that was not started')
  }

  #models(): ModelHolder {
    const models = this.#started?.models
    if (models !== undefined) return models
    throw new PipelineError('INTERNAL', 'a model was to be loaded for a stage whose handler takes none')
  }
}

function findModels({ endpoints, assetModels }: LoadedApp, owner: ModelOwner): ModelCache<unknown> | undefined {
  if (owner.kind === 'asset') return assetModels[owner.number]
  return endpoints.find(({ path }) => path === owner.path)?.models
}

function findStage(app: LoadedApp, name: string): AnyStage {
  const stage = app.stages.get(name)
  if (stage !== undefined) return stage
  throw new PipelineError('CONFIG_INVALID', `the app exports no stage "${name}"`)
}
