import type { FrameAsset } from '../../graph/any-asset.ts'
import type { FrameTask } from '../../graph/frame/frame-task.ts'
import type { FrameOpening, FrameStore } from '../../graph/frame/run-frame-asset.ts'
import { findOutput } from '../commit/find-output.ts'
import { openOutput } from '../commit/open-output.ts'
import type { Output } from '../commit/output.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { selectParts } from '../plan/select-parts.ts'
import type { RunReport } from '../run-report.ts'
import { parseShard } from '../options/shard.ts'
import { outputOptions } from './output-options.ts'
import type { RunSetting } from './run-setting.ts'
import { runReport, unchangedReport } from './run-reports.ts'
import { frameInputs } from './frame-inputs.ts'
import { framePlan } from './frame-plan.ts'

/** How a frame asset of this run reaches files: its inputs' and, by the protocol of every run, its own. */
export class RunFrameStore implements FrameStore<RunReport> {
  readonly #setting: RunSetting
  readonly #begunMs: number

  constructor(setting: RunSetting) {
    this.#setting = setting
    this.#begunMs = setting.clock.now()
  }

  async inputsOf(asset: FrameAsset): Promise<FrameTask['inputs']> {
    return await frameInputs(asset, this.#setting.app.bundled.folder)
  }

  async open(asset: FrameAsset, inputs: FrameTask['inputs']): Promise<FrameOpening<RunReport>> {
    const { options, identity } = this.#setting
    const plan = framePlan(this.#setting, asset, inputs)
    const rule = { acceptDrift: options.acceptDrift ?? false }
    const complete = options.restart === true ? undefined : findOutput(plan, rule)
    if (complete !== undefined) return done(unchangedReport(plan, identity, complete))
    const output = await openOutput(plan, await outputOptions(this.#setting, plan, this.#selected(plan)))
    const [part] = output.openParts
    if (part !== undefined) return this.#opened(plan, output, part)
    const outcome = await output.finish()
    return { ...done(this.#report(plan, output, outcome)), close: async () => await output.close() }
  }

  /** Of shards the first one makes it. */
  #selected({ parts }: RunPlan): RunPlan['parts'] {
    const { shard: given } = this.#setting.options
    const shard = given === undefined ? undefined : parseShard(given)
    return selectParts(parts, { ...(shard !== undefined && { shard }) })
  }

  #opened(plan: RunPlan, output: Output, part: Output['openParts'][number]): FrameOpening<RunReport> {
    const attempt = output.beginPart(part)
    return {
      state: 'open',
      dataPath: attempt.dataPath,
      lost: () => output.lost(),
      commit: async ({ rowsIn, rowCount, byteLength }) => {
        const rows = { in: rowsIn, out: rowsIn, filtered: 0, rejected: 0, written: rowCount }
        await output.commit(attempt, { data: { rowCount, byteLength }, rejects: undefined, rows })
        return this.#report(plan, output, await output.finish())
      },
      close: async () => await output.close(),
    }
  }

  #report(plan: RunPlan, output: Output, outcome: 'completed' | 'partial'): RunReport {
    const { identity, clock } = this.#setting
    return runReport({ plan, identity, output, outcome, elapsedMs: clock.now() - this.#begunMs, steps: [] })
  }
}

function done(result: RunReport): FrameOpening<RunReport> {
  return { state: 'done', result, close: async () => undefined }
}
