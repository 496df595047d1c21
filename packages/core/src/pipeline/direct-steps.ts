import { PipelineError } from '../errors/pipeline-error.ts'
import { withStage } from '../errors/with-stage.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyCallOptions } from '../stage/call-options.ts'

/**
 * The options for each stage of a direct call in turn: with the time that is left of the call's, as far as there is a
 * clock to tell. Throws the signal's reason, and DEADLINE_EXCEEDED where no time is left for a stage.
 */
export function timeOfCall(
  options: AnyCallOptions,
  nowMs = () => options.clock?.now() ?? 0,
): (stage: AnyStage) => AnyCallOptions {
  const { deadlineMs, signal } = options
  const startedAtMs = nowMs()
  return ({ name }) => {
    signal?.throwIfAborted()
    if (deadlineMs === undefined) return options
    const leftMs = deadlineMs - (nowMs() - startedAtMs)
    if (leftMs > 0) return { ...options, deadlineMs: leftMs }
    const message = `the ${deadlineMs} ms of the call were over before stage "${name}"`
    throw new PipelineError('DEADLINE_EXCEEDED', message, { details: { stage: name } })
  }
}

/** Errors say of which stage they are; what a handler throws has its own as the cause. */
export async function inStage<Answer>(
  { name }: AnyStage,
  { signal }: AnyCallOptions,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run()
  } catch (error) {
    if (signal?.aborted) throw error
    if (isPipelineError(error)) throw withStage(error, name)
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipelineError('HANDLER_ERROR', `stage "${name}" threw: ${reason}`, {
      details: { stage: name },
      cause: error,
    })
  }
}

/** By its name, because an app bundle may hold a second copy of the class. */
function isPipelineError(error: unknown): error is PipelineError {
  return error instanceof Error && error.name === 'PipelineError'
}
