import { recordOf } from '../stage/record-of.ts'
import { placed } from '../stage/any-medium.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyCallOptions } from '../stage/call-options.ts'
import { DirectCall } from '../stage/direct-call.ts'
import { type DirectEvent, DirectStream } from '../stage/direct-stream.ts'
import type { Mixed } from '../stage/partitioned-options.ts'
import { DirectRows } from './direct-rows.ts'
import { timeOfCall } from './direct-steps.ts'

type RunRows = (records: readonly unknown[], options?: AnyCallOptions) => Promise<readonly unknown[]>

type RunStream = (records: readonly unknown[], options?: AnyCallOptions) => AsyncGenerator<DirectEvent, void>

/**
 * What a direct call of a pipeline is: rows, or where the last stage streams, its events. A stage is given rows only when
 * the one before it has answered for all of them.
 */
export function directRun(stages: readonly AnyStage[], mixed: Mixed = 'refuse'): RunRows | RunStream {
  const last = stages[stages.length - 1]
  const isStream = last.events !== undefined
  const calls = (isStream ? stages.slice(0, -1) : stages).map((stage) => ({
    stage,
    call: new DirectCall(placed(stage)),
  }))
  const run = async (records: readonly unknown[], options: AnyCallOptions = {}) => {
    return await new DirectRows(calls, mixed, timeOfCall(options)).run(records, options)
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
