import { CallSignal } from '../handoff/call-signal.ts'
import type { Passage } from './circuit-breaker.ts'
import type { Member } from './member.ts'
import type { RemoteEdge } from './remote-edge.ts'

/**
 * The time of a call ran out before its answer. An instance is not to blame for callers that have little time: only where
 * it does not shake hands either, it has failed.
 */
export async function judgeSilence(edge: RemoteEdge, member: Member, passage: Passage): Promise<void> {
  const isThere = await member.probe(() => shakesHands(edge, member))
  if (!isThere) {
    edge.counts.failures += 1
    member.countFailure()
  }
  passage.end(isThere ? 'undecided' : 'failed')
  edge.changes.tell()
}

/** By a connection of its own: calls that wait on another are none the worse for it. Never rejects. */
async function shakesHands({ want, connect, clock, config, closing }: RemoteEdge, { url }: Member): Promise<boolean> {
  const limit = new CallSignal([closing], { clock, ms: config.connectTimeoutMs })
  const instance = connect(url)
  try {
    await instance.hello(want, limit.signal)
    return true
  } catch {
    return closing.aborted
  } finally {
    limit.end()
    await instance.close('abort').catch(() => undefined)
  }
}
