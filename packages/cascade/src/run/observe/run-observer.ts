import type { Clock } from '@redesmyn/core'
import { type BatchPipeline, type EdgeCounts, renderRunMetrics } from '@redesmyn/worker'
import { readSteps } from '../execute/read-steps.ts'
import type { RunOutput } from '../execute/run-output.ts'
import type { RunRecorder } from '../execute/run-recorder.ts'
import type { Edge } from '../memory/charge.ts'
import type { MemoryLedger } from '../memory/memory-ledger.ts'
import type { RunWindows } from '../memory/run-windows.ts'
import { rowsOfParts } from '../plan/input-rows.ts'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import type { RunStatus, StepStatus } from '../progress/run-status.ts'

export interface ObserverParts {
  readonly plan: RunPlan
  /** Of the plan's parts, those that this run is to make: what it shows is the way through them. */
  readonly selected: readonly Part[]
  readonly runId: string
  readonly sourceName: string
  readonly output: RunOutput
  readonly windows: RunWindows
  readonly pipeline: BatchPipeline
  readonly ledger: MemoryLedger
  readonly recorder: RunRecorder
  readonly clock: Clock
}

const edges: readonly Edge[] = ['read', 'stages', 'write']

/** Where a run stands, for whoever looks: read from what its parts count anyway. */
export class RunObserver {
  readonly #parts: ObserverParts
  readonly #begunMs: number
  readonly #atStart: { readonly parts: number; readonly rows: number }
  readonly #totalRows: number | undefined

  constructor(parts: ObserverParts) {
    const { output, clock, selected } = parts
    this.#parts = parts
    this.#begunMs = clock.now()
    this.#atStart = { parts: output.skippedCount, rows: output.skippedRows }
    this.#totalRows = rowsOfParts(selected)
  }

  status(): RunStatus {
    const { plan, selected, runId, recorder, ledger, windows } = this.#parts
    const { parts, rows } = recorder.committed
    return {
      asset: plan.asset,
      runId,
      elapsedMs: this.#elapsedMs(),
      parts: { total: selected.length, committed: this.#atStart.parts + parts, atStart: this.#atStart.parts },
      rows: {
        total: this.#totalRows,
        atStart: this.#atStart.rows,
        committed: this.#atStart.rows + rows,
        done: recorder.doneRows,
      },
      steps: this.#steps(),
      memory: { usedBytes: ledger.usedBytes, budgetBytes: windows.batchBudgetBytes },
    }
  }

  /** In Prometheus' text format. */
  metrics(): string {
    const { selected, pipeline, recorder, output } = this.#parts
    const { committed, working } = recorder
    const { memory, elapsedMs, steps } = this.status()
    const committedParts = this.#atStart.parts + committed.parts
    return renderRunMetrics({
      stages: pipeline.stats(),
      edges: edges.map((edge) => this.#edge(edge)),
      blocked: steps.map(({ name, blockedOn, busyMs, slots }) => {
        return { step: name, on: blockedOn, ratio: Math.max(0, 1 - busyMs / Math.max(1, elapsedMs * slots)) }
      }),
      rejects: recorder.rejects,
      parts: { committed: committedParts, working, open: selected.length - committedParts - working },
      commitMs: output.commitTimes,
      memory,
    })
  }

  #steps(): readonly StepStatus[] {
    const { sourceName, plan, recorder, pipeline, ledger, windows } = this.#parts
    return readSteps({
      sourceName,
      sinkName: plan.asset,
      recorder,
      pipeline,
      ledger,
      isTight: windows.isTight,
      fileThreads: windows.parts,
      elapsedMs: this.#elapsedMs(),
    })
  }

  #edge(edge: Edge): EdgeCounts {
    const { ledger } = this.#parts
    return {
      edge,
      inFlightBatches: ledger.batchesOn(edge),
      inFlightBytes: ledger.bytesOn(edge),
      totalBytes: ledger.totalBytesOn(edge),
    }
  }

  #elapsedMs(): number {
    return this.#parts.clock.now() - this.#begunMs
  }
}
