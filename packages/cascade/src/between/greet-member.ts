import { PipelineError } from '@redesmyn/core'
import type { Contract } from '../handoff/contract.ts'
import { CallSignal } from '../handoff/call-signal.ts'
import type { Member } from './member.ts'
import type { RemoteEdge } from './remote-edge.ts'

/** An instance has the same time limit, and better words for it: this is for one that hangs in spite of it. */
const graceMs = 250

/** Shakes hands with an instance, in no more time than connecting may take. What fails here was not executed, and says so. */
export async function greetMember(
  { want, clock, config }: RemoteEdge,
  member: Member,
  signal: AbortSignal,
): Promise<Contract> {
  const ms = config.connectTimeoutMs + graceMs
  const { address } = member.instance
  const isOver = () => new PipelineError('HANDOFF_FAILED', `${address} did not answer the handshake within ${ms} ms`)
  const limit = new CallSignal([signal], { clock, ms, isOver })
  try {
    return await member.greet(want, limit.signal)
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof PipelineError)) throw thrown
    const { code, details, cause } = thrown
    const message = thrown.message.includes(address)
      ? thrown.message
      : `stage "${want.name}" cannot be called at ${address}: ${thrown.message}`
    throw new PipelineError(code, message, { details: { instance: address, ...details, notExecuted: true }, cause })
  } finally {
    limit.end()
  }
}
