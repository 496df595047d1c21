import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { LineageLog } from '../../graph/lineage/lineage-log.ts'
import type { DatasetFacts, MakingFacts } from '../../graph/lineage/lineage-facts.ts'
import type { FileFacts } from '../../source/source-format.ts'
import { readStatus } from '../commit/read-status.ts'
import { planFingerprint } from '../plan/plan-fingerprint.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { RunReport } from '../run-report.ts'
import { packageVersion } from '../app/package-version.ts'

/** OpenLineage events of one command, a line each, added to what the file holds. */
export class LineageFile {
  readonly #handle: number
  readonly #log: LineageLog

  /** Throws SINK_FAILED where the file cannot be opened. */
  constructor(path: string, app: string) {
    this.#handle = openAppending(path)
    this.#log = new LineageLog({
      write: (line) => void writeSync(this.#handle, `${line}\n`),
      isoTime: () => new Date().toISOString(),
      jobNamespace: basename(app, extname(app)),
      version: packageVersion(),
    })
  }

  /** Tells the making of an asset, and how it ended. */
  async tell(making: MakingFacts, make: () => Promise<RunReport>): Promise<RunReport> {
    this.#log.started(making)
    try {
      const report = await make()
      const { files } = readStatus(report.folder, Date.now())
      const { rows } = report
      this.#log.made(making, {
        rows,
        byteLength: files.byteLength,
        fileCount: files.count,
        version: making.output.version,
      })
      return report
    } catch (error) {
      const isStopped = error instanceof PipelineError && error.code === 'RUN_INTERRUPTED'
      this.#log.failed(making, error, isStopped ? 'aborted' : 'failed')
      throw error
    }
  }

  close(): void {
    closeSync(this.#handle)
  }
}

/** `inputs`: by name, where they lie and what their rows are. */
export function makingFacts(plan: RunPlan, runId: string, inputs: readonly DatasetFacts[]): MakingFacts {
  const { asset, codeVersion, output } = plan
  return {
    runId,
    asset,
    codeVersion,
    inputs,
    output: { folder: output.folder, fields: output.fields, version: planFingerprint(plan) },
    rejectsFolder: plan.stages.length === 0 ? undefined : output.rejectsFolder,
  }
}

/** Equal for equal files, wherever they lie. */
export function filesVersion(files: readonly Pick<FileFacts, 'byteLength' | 'modifiedMs'>[]): string {
  const facts = files.map(({ byteLength, modifiedMs }) => [byteLength, modifiedMs])
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)
}

function openAppending(path: string): number {
  try {
    return openSync(path, 'a')
  } catch (cause) {
    throw new PipelineError('SINK_FAILED', `the file "${path}" for lineage cannot be opened`, { cause })
  }
}
