import { type Clock, isDoneWithin, type Log } from '@redesmyn/core'
import { emit } from '../observe/event-table.ts'
import type { Logger } from '../observe/logger.ts'
import type { DrainOptions, StopReport } from './lifecycle.ts'
import type { Observation } from './observation.ts'
import type { Sidecars } from './sidecars.ts'

/** What is at work behind the addresses of a server, as far as its end is concerned. */
export interface ServedWork {
  /** Refuses what is new; resolves when all that was accepted is answered. */
  drain(): Promise<unknown>
  /** Ends threads and connections, whatever is still at work there; false where a thread is held in a native call. */
  end(): Promise<boolean>
}

/** What a server has besides, and ends after its work. */
export interface ServerCompanions {
  readonly clock: Clock
  readonly log: Log
  readonly logger: Logger
  readonly observation: Observation
  readonly sidecars: Sidecars
}

/** For answers on their way, and for connections that were never used, once nothing is in flight. */
export const closeGraceMs = 500
/** For threads inside native calls, which cannot be ended from outside. */
export const endGraceMs = 5000

/** Accepted work is answered within the drain time, or as long as nobody is in a hurry; then everything ends. */
export async function endServing(
  work: ServedWork,
  companions: ServerCompanions,
  { drainMs, hurry }: DrainOptions & { readonly drainMs: number },
): Promise<StopReport> {
  const { clock, log, logger, observation, sidecars } = companions
  const startedAtMs = clock.now()
  emit(log, 'draining', { drainMs })
  const isDrained = await isDoneWithin(work.drain(), { clock, ms: drainMs, signal: hurry })
  if (!isDrained && !hurry.aborted) emit(log, 'drainExpired', { drainMs })
  const isFreed = await work.end()
  await sidecars.stop()
  await observation.close()
  emit(log, 'stopped', { stopMs: Math.round(clock.now() - startedAtMs) })
  logger.close()
  return isFreed ? { isDrained } : { isDrained, isHeld: true }
}
