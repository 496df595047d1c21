import { httpInstance } from './http-instance.ts'
import { type HttpInstanceOptions, httpInstanceTable, resolveHttpInstance } from './http/http-instance-options.ts'
import type { Instance } from './instance.ts'
import type { InstanceUrls } from './membership.ts'
import type { RemoteConfig } from './remote-config.ts'
import type { InstanceTarget } from './remote-medium.ts'

/** How stages are called over HTTP, whichever host they are on: what is not said is as an instance has it. */
export type HttpPlaceOptions = Pick<
  HttpInstanceOptions,
  'format' | 'path' | 'optionalColumns' | 'token' | 'tls' | 'maxReplyBytes'
>

/** Makes instances of addresses; those that are known are checked now. Throws CONFIG_INVALID without a secret in it. */
export function httpConnect(
  urls: InstanceUrls,
  { format, path, optionalColumns, token, tls, maxReplyBytes }: HttpPlaceOptions,
  config: RemoteConfig,
): (target: InstanceTarget) => Instance {
  const common = {
    ...(format !== undefined && { format }),
    ...(path !== undefined && { path }),
    ...(optionalColumns !== undefined && { optionalColumns }),
    ...(token !== undefined && { token }),
    ...(tls !== undefined && { tls }),
    ...(maxReplyBytes !== undefined && { maxReplyBytes }),
    connectTimeoutMs: config.connectTimeoutMs,
    helloTimeoutMs: config.connectTimeoutMs,
    // Attempts have a time limit of their own, which says what else it knows.
    requestTimeoutMs: httpInstanceTable.requestTimeoutMs.most,
    maxConnections: Math.min(config.maxCalls, httpInstanceTable.maxConnections.most),
  }
  if (typeof urls !== 'function') for (const url of urls) resolveHttpInstance({ ...common, url, stage: 'any' })
  return (target) => httpInstance({ ...common, ...target })
}
