import { type Clock, PipelineError } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import { httpPaths } from '../../wire/http-headers.ts'
import { wireDefaults } from '../../wire/wire-defaults.ts'
import { remoteOptionTable } from '../remote-config.ts'

export interface HttpInstanceOptions {
  /** Of the stage to call. */
  readonly stage: string
  /**
   * Base URL, `http:` or `https:`, which may have a path: the stage is called at `<url>/cascade/v1/<stage>`. A name and a
   * password in it are sent as basic authorization, and told nowhere.
   */
  readonly url: string
  /** Default `arrow`. `json` is for peers that read no Arrow. */
  readonly format?: 'arrow' | 'json'
  /** With `json`: the path below the base URL of an endpoint that is no stage server's, such as `/inference`. */
  readonly path?: string
  /**
   * With `path`: columns that a record leaves out where they are null, because the endpoint's schema has them as optional
   * and refuses null. Default none.
   */
  readonly optionalColumns?: readonly string[]
  /** Sent as `authorization: Bearer …`, and told nowhere. */
  readonly token?: string
  readonly tls?: InstanceTls
  /** For a connection to open. Default 1000, from 1 to 600,000. */
  readonly connectTimeoutMs?: number
  /** For the contract to come, connection included. Default 1500, from 1 to 600,000. */
  readonly helloTimeoutMs?: number
  /** For the reply to a call to come, whatever the call's deadline. Default 60,000, from 1 to 86,400,000. */
  readonly requestTimeoutMs?: number
  /** Most bytes of a reply. Default 256 MiB, from 1024 to 2 GiB. */
  readonly maxReplyBytes?: number
  /** Connections at once; more calls wait for one. Default 32, from 1 to 1024. */
  readonly maxConnections?: number
  readonly clock?: Clock
}

/** PEM texts. */
export interface InstanceTls {
  /** Authorities to trust in place of the system's. */
  readonly ca?: string
  /** Of the sender, for servers that ask who calls; with `key`. */
  readonly cert?: string
  readonly key?: string
  /** Name that the server's certificate must have, where it is not that of the URL. */
  readonly serverName?: string
}

export interface HttpInstanceConfig
  extends Required<
    Pick<
      HttpInstanceOptions,
      | 'stage'
      | 'format'
      | 'optionalColumns'
      | 'connectTimeoutMs'
      | 'helloTimeoutMs'
      | 'requestTimeoutMs'
      | 'maxReplyBytes'
      | 'maxConnections'
      | 'clock'
    >
  > {
  /** Scheme, host and port. */
  readonly origin: string
  /** Of the base URL, without a slash at the end. */
  readonly basePath: string
  /** Where the stage is called, from the origin on. */
  readonly callPath: string
  /** Whether the peer may be an endpoint that has no contract to tell. */
  readonly isPlain: boolean
  readonly authorization: string | undefined
  /** What no message may hold, whatever a peer does with it. */
  readonly secrets: readonly string[]
  readonly tls: InstanceTls | undefined
}

/** The one table of the numbers of an instance: what is absent, and what may be given. */
export const httpInstanceTable = {
  connectTimeoutMs: { default: 1000, least: 1, most: 600_000 },
  helloTimeoutMs: remoteOptionTable.connectTimeoutMs,
  requestTimeoutMs: { default: 60_000, least: 1, most: 86_400_000 },
  maxReplyBytes: { default: wireDefaults.maxMessageBytes, least: 1024, most: 2 ** 31 },
  maxConnections: { default: 32, least: 1, most: 1024 },
} as const

/** Throws CONFIG_INVALID; no message holds a secret. */
export function resolveHttpInstance(options: HttpInstanceOptions): HttpInstanceConfig {
  const { stage, format = 'arrow', path, optionalColumns = [], tls, clock = systemClock() } = options
  const url = parseUrl(options.url)
  const basePath = url.pathname.replace(/\/+$/, '')
  if (path !== undefined && (format !== 'json' || !path.startsWith('/') || /[?#\s]/.test(path))) {
    throw invalid('path', 'begins with a slash, has no query, and goes with the format "json"')
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined))
    throw invalid('tls', 'has both "cert" and "key", or neither')
  if (tls !== undefined && url.protocol === 'http:') throw invalid('tls', 'goes with a URL that begins with https:')
  return Object.freeze({
    stage,
    format,
    optionalColumns,
    origin: url.origin,
    basePath,
    callPath: `${basePath}${path ?? `${httpPaths.calls}${encodeURIComponent(stage)}`}`,
    isPlain: path !== undefined,
    ...credentialsOf(url, options.token),
    tls,
    connectTimeoutMs: wholeNumber(options, 'connectTimeoutMs'),
    helloTimeoutMs: wholeNumber(options, 'helloTimeoutMs'),
    requestTimeoutMs: wholeNumber(options, 'requestTimeoutMs'),
    maxReplyBytes: wholeNumber(options, 'maxReplyBytes'),
    maxConnections: wholeNumber(options, 'maxConnections'),
    clock,
  })
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw invalid('url', 'is a URL such as http://host:8000')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('url', 'begins with http: or https:')
  if (url.search !== '' || url.hash !== '') {
    throw invalid('url', 'is a base URL without a query; give what is secret as a token')
  }
  return url
}

type Credentials = Pick<HttpInstanceConfig, 'authorization' | 'secrets'>

function credentialsOf(url: URL, token: string | undefined): Credentials {
  const hasUser = url.username !== '' || url.password !== ''
  if (token === undefined) return hasUser ? basicCredentials(url) : { authorization: undefined, secrets: [] }
  if (hasUser) throw invalid('token', 'takes the place of a name and password in the URL: give one of them')
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('token', 'is printable ASCII without spaces')
  return { authorization: `Bearer ${token}`, secrets: [token] }
}

function basicCredentials({ username, password }: URL): Credentials {
  const [name, word] = [username, password].map(decode)
  const pair = Buffer.from(`${name}:${word}`).toString('base64')
  return { authorization: `Basic ${pair}`, secrets: [pair, word].filter((secret) => secret !== '') }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('url', 'has a name and a password that are URL-encoded')
  }
}

function wholeNumber(options: HttpInstanceOptions, name: keyof typeof httpInstanceTable): number {
  const { default: standard, least, most } = httpInstanceTable[name]
  const { [name]: value = standard } = options
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(name, `is a whole number from ${least} to ${most}, got ${value}`)
}

/** The value itself may be a secret. */
function invalid(name: string, rule: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', `"${name}" of an instance over HTTP must be one that ${rule}`)
}
