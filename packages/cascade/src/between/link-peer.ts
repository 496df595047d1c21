import { type ErrorCode, PipelineError, toErrorData } from '@redesmyn/core'

/** Who is called, for errors. */
export interface LinkPeer {
  readonly stage: string
  /** Of the instance. */
  readonly address: string
}

/** What was reached, but may not be called, says so itself. */
const ownCodes: ReadonlySet<ErrorCode> = new Set([
  'BETWEEN_UNSUPPORTED',
  'DRAINING',
  'QUEUE_FULL',
  'ROUTE_NOT_FOUND',
  'SCHEMA_MISMATCH',
])

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not open that socket',
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'there is no such socket',
}

/** The way to a stage could not be opened: no row has left. */
export function cannotOpen(peer: LinkPeer, thrown: unknown): PipelineError {
  const { code, message, details } = toErrorData(thrown, 'HANDOFF_FAILED')
  const known = ownCodes.has(code) ? code : 'HANDOFF_FAILED'
  const reason = reasonOf(thrown) ?? message
  return new PipelineError(known, `stage "${peer.stage}" cannot be called at ${peer.address}: ${reason}`, {
    details: { ...details, ...factsOf(peer), notExecuted: true },
    cause: thrown,
  })
}

/** With the system's code, because that is what people search for. */
function reasonOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  return reasons[code] === undefined ? undefined : `${reasons[code]} (${code})`
}

/** The way broke under a call, which may have run unless `notExecuted` says that it cannot have. */
export function brokenUnder(peer: LinkPeer, thrown: unknown, notExecuted: boolean): PipelineError {
  const { message } = toErrorData(thrown, 'HANDOFF_FAILED')
  return new PipelineError('HANDOFF_FAILED', `the way to stage "${peer.stage}" at ${peer.address} broke: ${message}`, {
    details: { ...factsOf(peer), ...(notExecuted && { notExecuted }) },
    cause: thrown,
  })
}

/** What the stage's process told, with where that was. */
export function toldBy(peer: LinkPeer, error: PipelineError): PipelineError {
  const { code, message, details } = error
  return new PipelineError(code, message, { details: { ...factsOf(peer), ...details }, cause: error.cause })
}

function factsOf({ stage, address }: LinkPeer) {
  return { stage, instance: address }
}
