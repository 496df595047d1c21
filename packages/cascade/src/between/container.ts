import { PipelineError } from '@redesmyn/core'
import type { Medium } from '../handoff/medium.ts'
import { httpConnect, type HttpPlaceOptions } from './http-place.ts'
import { type RemoteOptions, resolveRemote } from './remote-config.ts'
import { remoteMedium } from './remote-medium.ts'

export type ContainerOptions = RemoteOptions & HttpPlaceOptions & ContainerAddress

/** Containers of one task share `localhost`: a port says which one it is. */
export type ContainerAddress =
  | { readonly port: number; readonly url?: never }
  /** Base URL, such as `http://score:8081` where containers have names. */
  | { readonly url: string; readonly port?: never }

/** The stage runs in another container of this host, and is called over HTTP. Throws CONFIG_INVALID. */
export function container(options: ContainerOptions): Medium<'container'> {
  const { port, url } = options
  const config = resolveRemote('between.container()', options)
  const urls = [url ?? urlOf(port)]
  return remoteMedium({ placement: 'container', config, urls, connect: httpConnect(urls, options, config) })
}

function urlOf(port: unknown): string {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535)
    return `http://localhost:${port}`
  throw new PipelineError(
    'CONFIG_INVALID',
    `between.container(): expected a port from 1 to 65535 or a url, got port ${String(port)}`,
  )
}
