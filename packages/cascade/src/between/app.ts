import { PipelineError } from '@redesmyn/core'
import type { Medium } from '../handoff/medium.ts'
import { type RemoteOptions, resolveRemote } from './remote-config.ts'
import { type InstanceTarget, remoteMedium } from './remote-medium.ts'
import { assertSocketPath } from '../wire/socket-path.ts'
import { UnixInstance } from './unix-instance.ts'

export interface AppOptions extends RemoteOptions {
  /** Path of the Unix socket that the stage's process listens on, such as `/run/score.sock`; several for several processes. */
  readonly socket: string | readonly string[]
  /** Most bytes of a reply. Default 256 MiB. */
  readonly maxReplyBytes?: number
}

/** The stage runs in another process of this host, and is called over a Unix socket. Throws CONFIG_INVALID. */
export function app(options: AppOptions): Medium<'app'> {
  const { socket, maxReplyBytes, ...remote } = options
  const config = resolveRemote('between.app()', remote)
  const urls = (typeof socket === 'string' ? [socket] : socket).map(addressOf)
  if (urls.length === 0) throw new PipelineError('CONFIG_INVALID', 'between.app(): socket must name a socket, got none')
  const connect = ({ url, stage, clock }: InstanceTarget) => {
    return new UnixInstance(new URL(url), {
      stage,
      clock,
      helloMs: config.connectTimeoutMs,
      ...(maxReplyBytes !== undefined && { maxFrameBytes: maxReplyBytes }),
    })
  }
  return remoteMedium({ placement: 'app', config, urls, connect })
}

function addressOf(socket: string): string {
  assertSocketPath(socket)
  return `unix:${encodeURI(socket).replace(/[?#]/g, encodeURIComponent)}`
}
