import { inferenceTimeout } from './inference-timeout.ts'
import type { ParsedBody } from './parse-thread.ts'
import type { ParseTask } from './parse-task.ts'
import type { ServingContext } from './serving-context.ts'

/** Reads a body in the parse thread. Rejects with what is wrong with it, or DEADLINE_EXCEEDED where that took too long. */
export async function readLargeBody(
  { clock, parseThread, requestTimeoutMs }: ServingContext,
  task: ParseTask,
): Promise<ParsedBody> {
  const receivedAtMs = clock.now()
  const body = await parseThread.parse(task)
  if (clock.now() - receivedAtMs < requestTimeoutMs) return body
  throw inferenceTimeout(requestTimeoutMs)
}
