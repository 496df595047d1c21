import { type BatchPipeline, openBatchPipeline } from '@redesmyn/worker'
import type { Output } from '../commit/output.ts'
import { FileThreads } from '../execute/file-threads.ts'
import { RejectBudget } from '../execute/reject-budget.ts'
import { RunExecution } from '../execute/run-execution.ts'
import { RunRecorder } from '../execute/run-recorder.ts'
import { bytesPerInputByte } from '../execute/run-shape.ts'
import { BlockMemory } from '../memory/block-memory.ts'
import { MemoryLedger } from '../memory/memory-ledger.ts'
import { RunObserver } from '../observe/run-observer.ts'
import type { RunReport } from '../run-report.ts'
import { totalRowsOf } from '../plan/input-rows.ts'
import type { PreparedRun } from './prepared-run.ts'
import type { RunContext } from './run-asset.ts'
import type { RunIdentity } from './run-identity.ts'
import { runReport } from './run-reports.ts'

export interface AssetRunParts {
  readonly prepared: PreparedRun
  readonly identity: RunIdentity
  readonly output: Output
  readonly context: RunContext
}

/** One run of an asset that holds its output: starts threads, runs the open parts, and makes the whole known. */
export class AssetRun {
  readonly #parts: AssetRunParts
  readonly #recorder = new RunRecorder()
  readonly #ledger: MemoryLedger

  constructor(parts: AssetRunParts) {
    const { batchBudgetBytes, maxBatches } = parts.prepared.windows
    this.#parts = parts
    this.#ledger = new MemoryLedger({ budgetBytes: batchBudgetBytes, maxBatches })
  }

  async run(): Promise<RunReport> {
    const { output, prepared, identity, context } = this.#parts
    const begunMs = context.clock.now()
    const rejectBudget = this.#openBudget()
    if (output.openParts.length === 0) {
      const outcome = await output.finish()
      return runReport({ prepared, identity, output, outcome, elapsedMs: context.clock.now() - begunMs, steps: [] })
    }
    const threads = new FileThreads(prepared.windows.parts)
    let pipeline: BatchPipeline | undefined
    try {
      pipeline = await this.#openPipeline()
      const observer = this.#observe(pipeline)
      context.watcher.began(() => observer.status())
      await this.#execution(pipeline, threads, rejectBudget).run(context.signal)
      rejectBudget.assertRatio(output.rows.in)
      const outcome = await output.finish()
      const { steps, elapsedMs } = observer.status()
      return runReport({ prepared, identity, output, outcome, elapsedMs, steps })
    } finally {
      await pipeline?.stop('abort')
      await threads.close()
    }
  }

  /** Rows that earlier runs rejected count as well: a limit is of the whole output. */
  #openBudget(): RejectBudget {
    const { prepared, output } = this.#parts
    return new RejectBudget(prepared.rejectLimit, totalRowsOf(prepared.plan), output.rows.rejected)
  }

  async #openPipeline(): Promise<BatchPipeline> {
    const { prepared, context } = this.#parts
    const { app, asset, plan, threads } = prepared
    return await openBatchPipeline({
      stages: asset.stages.map((stage) => app.loaded.stages.get(stage.name) ?? stage),
      app: app.bundled,
      batchRows: plan.batchRows,
      threads,
      log: context.logger.of('run'),
      logging: context.logging,
    })
  }

  #execution(pipeline: BatchPipeline, threads: FileThreads, rejectBudget: RejectBudget): RunExecution {
    const { prepared, output, identity } = this.#parts
    const { app, asset, plan, windows, shape, options } = prepared
    return new RunExecution({
      asset,
      appUrl: app.bundled.url,
      plan,
      output,
      pipeline,
      threads,
      memory: new BlockMemory(this.#ledger, bytesPerInputByte(shape)),
      partCount: windows.parts,
      rejectBudget,
      recorder: this.#recorder,
      traceparent: identity.traceparent,
      isOrdered: options.unordered !== true,
    })
  }

  #observe(pipeline: BatchPipeline): RunObserver {
    const { prepared, identity, output, context } = this.#parts
    const { plan, windows, asset } = prepared
    return new RunObserver({
      plan,
      runId: identity.runId,
      sourceName: asset.input.name,
      output,
      windows,
      pipeline,
      ledger: this.#ledger,
      recorder: this.#recorder,
      clock: context.clock,
    })
  }
}
