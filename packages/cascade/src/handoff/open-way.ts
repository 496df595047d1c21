import { type AnyStage, PipelineError } from '@redesmyn/core'
import type { Between } from './between.ts'
import { type Contract, contractOf } from './contract.ts'
import type { Medium } from './medium.ts'

/** How long the stage's process has to answer with its contract. */
const helloMs = 10_000

export interface OpenedWay {
  readonly way: Between
  /** What the stage takes and gives there. */
  readonly offer: Contract
}

/** Opens the way to a stage and shakes hands: after this batches can be sent. Rejects as `Between.hello` does. */
export async function openWay(stage: AnyStage, medium: Medium): Promise<OpenedWay> {
  const way = medium.open([stage])
  const { maxRows } = stage.config.batch
  const want = contractOf([stage], { version: '1', limits: { maxRows, maxBytes: Number.MAX_SAFE_INTEGER } })
  const limit = AbortSignal.timeout(helloMs)
  try {
    return { way, offer: await way.hello(want, limit) }
  } catch (error) {
    await way.close('abort')
    throw limit.aborted && error === limit.reason ? tooLate(stage, medium, error) : error
  }
}

function tooLate({ name }: AnyStage, { placement }: Medium, cause: unknown): PipelineError {
  const message = `stage "${name}" over placement "${placement}" did not say within ${helloMs} ms what it takes and gives`
  return new PipelineError('HANDOFF_FAILED', message, { details: { stage: name, between: placement }, cause })
}
