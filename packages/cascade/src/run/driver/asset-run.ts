import type { Log } from '@redesmyn/core'
import { type BatchPipeline, openBatchPipeline, type RunModels } from '@redesmyn/worker'
import type { PipelineAsset } from '../../graph/any-asset.ts'
import type { OpenedApp } from '../app/open-app.ts'
import { type FileThreads, openFileThreads } from '../execute/file-threads.ts'
import { RejectBudget } from '../execute/reject-budget.ts'
import { RunExecution } from '../execute/run-execution.ts'
import type { RunOutput } from '../execute/run-output.ts'
import { RunRecorder } from '../execute/run-recorder.ts'
import { blockShapeOf } from '../execute/run-shape.ts'
import { BlockMemory } from '../memory/block-memory.ts'
import { MemoryLedger } from '../memory/memory-ledger.ts'
import { MetricsListener } from '../observe/metrics-listener.ts'
import { RunObserver } from '../observe/run-observer.ts'
import type { RunReport } from '../run-report.ts'
import { totalRowsOf } from '../plan/input-rows.ts'
import { ReaderGone } from '../write/reader-gone.ts'
import { stagesOfRun } from '../app/stages-of-run.ts'
import { streamPath } from './asset-places.ts'
import type { PreparedRun } from './prepared-run.ts'
import type { RunSetting } from './run-setting.ts'
import { runReport } from './run-reports.ts'

export interface AssetRunParts {
  readonly prepared: PreparedRun
  readonly output: RunOutput
  readonly setting: RunSetting
}

/** One run of an asset that holds its output: starts threads, runs the open parts, and makes the whole known. */
export class AssetRun {
  readonly #parts: AssetRunParts
  readonly #recorder = new RunRecorder()
  readonly #ledger: MemoryLedger
  readonly #log: Log

  constructor(parts: AssetRunParts) {
    const { batchBudgetBytes, maxBatches } = parts.prepared.windows
    this.#parts = parts
    this.#log = parts.setting.logger.of('run', { asset: parts.prepared.asset.name })
    this.#ledger = new MemoryLedger({ budgetBytes: batchBudgetBytes, maxBatches })
  }

  async run(): Promise<RunReport> {
    const { output, prepared, setting } = this.#parts
    const begunMs = setting.clock.now()
    const rejectBudget = this.#openBudget()
    if (output.openParts.length === 0) {
      const outcome = await output.finish()
      return runReport({
        plan: prepared.plan,
        identity: setting.identity,
        output,
        outcome,
        elapsedMs: setting.clock.now() - begunMs,
        steps: [],
      })
    }
    const threads = openFileThreads(prepared.windows.parts)
    let pipeline: BatchPipeline | undefined
    let metrics: MetricsListener | undefined
    try {
      pipeline = await this.#openPipeline()
      const observer = this.#observe(pipeline)
      setting.watcher.began(() => observer.status())
      metrics = await this.#listen(observer)
      await this.#execution(pipeline, threads, rejectBudget).run(setting.signal)
      rejectBudget.assertRatio(output.rows.in)
      const outcome = await output.finish()
      const { steps, elapsedMs } = observer.status()
      return runReport({ plan: prepared.plan, identity: setting.identity, output, outcome, elapsedMs, steps })
    } catch (error) {
      if (!(error instanceof ReaderGone)) throw error
      const elapsedMs = setting.clock.now() - begunMs
      const { identity } = setting
      return runReport({ plan: prepared.plan, identity, output, outcome: 'partial', elapsedMs, steps: [] })
    } finally {
      await metrics?.close()
      await pipeline?.stop('abort')
      await threads.destroy()
    }
  }

  /** Rows that earlier runs rejected count as well: a limit is of the whole output. */
  #openBudget(): RejectBudget {
    const { prepared, output } = this.#parts
    return new RejectBudget(prepared.rejectLimit, totalRowsOf(prepared.plan), output.rows.rejected)
  }

  async #openPipeline(): Promise<BatchPipeline> {
    const { prepared, setting } = this.#parts
    const { app, asset, plan, threads } = prepared
    return await openBatchPipeline({
      stages: stagesOfRun(asset, app),
      app: app.bundled,
      batchRows: plan.batchRows,
      threads,
      partitionBy: asset.partitionBy,
      models: runModels(app, asset),
      keptSlabBytes: keptSlabBytes(prepared),
      log: this.#log,
      logging: setting.logging,
    })
  }

  async #listen(observer: RunObserver): Promise<MetricsListener | undefined> {
    const { prepared, setting } = this.#parts
    const { metricsPort } = prepared.options
    if (metricsPort === undefined) return undefined
    const listener = await MetricsListener.open(metricsPort, () => observer.metrics())
    setting.watcher.write(`metrics at http://127.0.0.1:${listener.port}/metrics`)
    return listener
  }

  #execution(pipeline: BatchPipeline, threads: FileThreads, rejectBudget: RejectBudget): RunExecution {
    const { prepared, output, setting } = this.#parts
    const { app, asset, plan, windows, shape, options, isRetry } = prepared
    return new RunExecution({
      asset,
      appUrl: app.bundled.url,
      plan,
      output,
      pipeline,
      threads,
      memory: new BlockMemory(this.#ledger, blockShapeOf(shape)),
      partCount: windows.parts,
      rejectBudget,
      recorder: this.#recorder,
      traceparent: setting.identity.traceparent,
      log: this.#log,
      isOrdered: options.unordered !== true,
      isRetry,
      isStream: plan.output.folder === streamPath,
    })
  }

  #observe(pipeline: BatchPipeline): RunObserver {
    const { prepared, output, setting } = this.#parts
    const { plan, selected, windows, asset } = prepared
    return new RunObserver({
      plan,
      selected,
      runId: setting.identity.runId,
      sourceName: asset.input.name,
      output,
      windows,
      pipeline,
      ledger: this.#ledger,
      recorder: this.#recorder,
      clock: setting.clock,
    })
  }
}

function runModels({ loaded }: OpenedApp, { models: cache, modelStage: stage }: PipelineAsset): RunModels | undefined {
  if (cache === undefined || stage === undefined) return undefined
  return { cache, stage, number: loaded.assetModels.indexOf(cache) }
}

/** As many free slabs as are used again at once; what else is free is the budget's. */
function keptSlabBytes({ shape, windows }: PreparedRun): number {
  const { read, stages } = shape.batchBytes
  return Math.min(windows.maxBatches, 4) * Math.max(read, ...stages)
}
