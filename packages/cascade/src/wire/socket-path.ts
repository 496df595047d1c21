import { isAbsolute } from 'node:path'
import { PipelineError } from '@redesmyn/core'

/** What the system keeps of a socket's path, less the zero at its end. */
const maxPathBytes = 107

/**
 * The path of `unix:/run/score.sock`: an address with a host, a query or a hash is another kind of address. Throws
 * CONFIG_INVALID.
 */
export function socketPathOf(address: URL): string {
  const { protocol, host, search, hash, pathname } = address
  if (protocol !== 'unix:' || host !== '' || search !== '' || hash !== '') {
    throw new PipelineError(
      'CONFIG_INVALID',
      `expected an address such as "unix:/run/score.sock", got "${address.href}"`,
    )
  }
  const path = decode(pathname)
  assertSocketPath(path)
  return path
}

/** Throws CONFIG_INVALID for a path that no socket can have, or that means different files to different processes. */
export function assertSocketPath(path: string): void {
  const problem = problemOf(path)
  if (problem !== undefined) throw new PipelineError('CONFIG_INVALID', `the path of a socket ${problem}, got "${path}"`)
}

function problemOf(path: string): string | undefined {
  if (!isAbsolute(path)) return 'must be absolute'
  // oxlint-disable-next-line no-control-regex -- these are what must not be in it
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'must have no control characters'
  if (path.endsWith('/') || path.split('/').some((part) => part === '.' || part === '..'))
    return 'must name a file, without "." and ".."'
  if (Buffer.byteLength(path) > maxPathBytes) return `must have at most ${maxPathBytes} bytes`
  return undefined
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
