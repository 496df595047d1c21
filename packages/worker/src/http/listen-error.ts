import { PipelineError } from '@redesmyn/core'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not listen there',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is unknown',
}

/** The address cannot be had. The message holds the system's code, because that is what people search for. */
export function listenError(host: string, port: number, cause: unknown): PipelineError {
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown cause'
  const reason = reasons[code]
  const message = `cannot listen on ${host}:${port}: ${code}${reason === undefined ? '' : ` (${reason})`}`
  return new PipelineError('CONFIG_INVALID', message, { details: { host, port, code }, cause })
}
