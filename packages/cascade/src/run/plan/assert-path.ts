import { PipelineError } from '@redesmyn/core'

/** A scheme and two slashes; a path may well hold a colon. */
const url = /^([a-z][a-z0-9+.-]+):\/\/(?:[^@/]*@)?([^/?#@]*)/i

/**
 * Throws CONFIG_INVALID for a URL where a path is expected: it would stand in plans and messages, with the passwords in
 * it. Of a URL only scheme and host are told.
 */
export function assertPath(text: string, what: string): void {
  const [, scheme, host] = url.exec(text) ?? []
  if (scheme === undefined) return
  throw new PipelineError(
    'CONFIG_INVALID',
    `${what} must be a path of this machine, got a URL of "${scheme}://${host}"`,
  )
}
