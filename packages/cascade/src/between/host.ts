import type { Medium } from '../handoff/medium.ts'
import { assertUrls } from './assert-urls.ts'
import { httpConnect, type HttpPlaceOptions } from './http-place.ts'
import type { InstanceUrls } from './membership.ts'
import { type RemoteOptions, resolveRemote } from './remote-config.ts'
import { remoteMedium } from './remote-medium.ts'

export interface HostOptions extends RemoteOptions, HttpPlaceOptions {
  /**
   * Base URLs of the instances, `https:` or `http:`, or a function that is asked for them before the first call and again
   * every `discoverEveryMs`. Names and passwords in them are told nowhere.
   */
  readonly urls: InstanceUrls
}

/** The stage runs on other hosts, and is called over HTTP. Throws CONFIG_INVALID. */
export function host(options: HostOptions): Medium<'host'> {
  const { urls } = options
  const config = resolveRemote('between.host()', options)
  assertUrls('between.host()', urls)
  return remoteMedium({ placement: 'host', config, urls, connect: httpConnect(urls, options, config) })
}
