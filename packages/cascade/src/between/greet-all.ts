import { PipelineError } from '@redesmyn/core'
import type { Contract } from '../handoff/contract.ts'
import { CallSignal } from '../handoff/call-signal.ts'
import { fullJitterMs } from './full-jitter.ts'
import { greetMember } from './greet-member.ts'
import { handoffFailed } from './handoff-failed.ts'
import { pause } from './pause.ts'
import type { RemoteEdge } from './remote-edge.ts'
import { mayRetry } from './retry-rules.ts'

/** Of the time that connecting may take: what was silent for that long twice is not asked a third time. */
const silentShare = 1.5

/**
 * Shakes hands with all instances at once, again and again until one answers, as often as a call is tried, and no third
 * time where they are silent. Rejects at once where one of them answers that it does not fit.
 */
export async function greetAll(edge: RemoteEdge, caller: AbortSignal): Promise<Contract> {
  const { clock, random, config, closing } = edge
  const limit = new CallSignal([caller, closing])
  const { signal } = limit
  let askedMs = 0
  try {
    for (let attempts = 1; ; attempts++) {
      const askedAtMs = clock.now()
      try {
        return await greetEach(edge, signal)
      } catch (thrown) {
        signal.throwIfAborted()
        if (!isPassing(thrown)) throw thrown
        askedMs += clock.now() - askedAtMs
        const isSilent = askedMs >= silentShare * config.connectTimeoutMs
        if (isSilent || attempts === config.retry.attempts) throw gaveUp(edge, attempts, thrown)
        await pause({ clock, ms: fullJitterMs(attempts, config.retry, random), signal })
      }
    }
  } finally {
    limit.end()
  }
}

async function greetEach(edge: RemoteEdge, signal: AbortSignal): Promise<Contract> {
  const { stage, members } = edge
  await members.known(signal)
  const greetings = members.members.map((member) => greetMember(edge, member, signal))
  await Promise.allSettled(greetings)
  let contract: Contract | undefined
  let failure = new PipelineError('HANDOFF_FAILED', `no instance of stage "${stage}" is known`)
  for (const greeting of greetings) {
    try {
      contract = await greeting
    } catch (error) {
      if (!isPassing(error)) throw error
      failure = error
    }
  }
  if (contract === undefined) throw failure
  return contract
}

function isPassing(thrown: unknown): thrown is PipelineError {
  return thrown instanceof PipelineError && mayRetry(thrown, 'pure')
}

function gaveUp({ stage, placement, members }: RemoteEdge, attempts: number, last: PipelineError): PipelineError {
  const instances = members.members.map(({ instance }) => instance.address)
  return handoffFailed({ stage, placement, instances, attempts, mayHaveRun: false, last }, 'attempts')
}
