import { recordOf } from '../stage/record-of.ts'
import { placed } from '../stage/any-medium.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyCallOptions } from '../stage/call-options.ts'
import { DirectCall } from '../stage/direct-call.ts'
import { type DirectEvent, DirectStream } from '../stage/direct-stream.ts'
import { inStage, timeOfCall } from './direct-steps.ts'

type RunRows = (records: readonly unknown[], options?: AnyCallOptions) => Promise<readonly unknown[]>

type RunStream = (records: readonly unknown[], options?: AnyCallOptions) => AsyncGenerator<DirectEvent, void>

/**
 * What a direct call of a pipeline is: rows, or where the last stage streams, its events. A stage is given rows only when
 * the one before it has answered for all of them.
 */
export function directRun(stages: readonly AnyStage[]): RunRows | RunStream {
  const last = stages[stages.length - 1]
  const isStream = last.events !== undefined
  const calls = (isStream ? stages.slice(0, -1) : stages).map((stage) => ({
    stage,
    call: new DirectCall(placed(stage)),
  }))
  const run = async (records: readonly unknown[], options: AnyCallOptions = {}) => {
    const time = timeOfCall(options)
    let rows = records
    for (const { stage, call } of calls) {
      const own = time(stage)
      const given = stage === stages[0] ? rows : rows.map((row) => recordOf(row, stage))
      rows = await inStage(stage, options, () => call.run(given, own))
    }
    return rows
  }
  if (!isStream) return run
  const streamed = new DirectStream(last)
  return async function* (records: readonly unknown[], options: AnyCallOptions = {}) {
    const time = timeOfCall(options)
    const rows = await run(records, options)
    const given = calls.length === 0 ? rows : rows.map((row) => recordOf(row, last))
    yield* streamed.run(given, time(last))
  }
}
