import { type Clock, type Log, PipelineError } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import type { StageService } from '../stage-service.ts'

export interface HttpListenerOptions {
  readonly service: StageService
  /** Address to listen on. Default 127.0.0.1. Beyond loopback it takes `tls`, or `insecure`. */
  readonly host?: string
  /** Default 0: any that is free. */
  readonly port?: number
  readonly tls?: ListenerTls
  /** Senders must give it as `authorization: Bearer …`; `/livez` and `/readyz` are open to all. */
  readonly token?: string
  /** Listens beyond loopback in plain text: for networks that are nobody else's. Default false. */
  readonly insecure?: boolean
  /** Text of `/metrics`; without it there is no such path. */
  readonly metrics?: () => string | Promise<string>
  /** Milliseconds in which 16 KiB more of a body must come, and 256 KiB more of a reply be taken. Default 5000. */
  readonly bodyTimeoutMs?: number
  /** Most bytes of a body that comes without `content-length`. Default 8 MiB. */
  readonly maxChunkedBytes?: number
  readonly clock?: Clock
  /** Is told of failures that are the runtime's own. */
  readonly log?: Log
}

/** PEM texts. */
export interface ListenerTls {
  readonly cert: string
  readonly key: string
  /** Authorities of senders: with them, a sender without a certificate of theirs is refused. */
  readonly ca?: string
}

export interface HttpListenerConfig {
  readonly service: StageService
  readonly host: string
  readonly port: number
  readonly tls: ListenerTls | undefined
  readonly token: string | undefined
  readonly metrics: HttpListenerOptions['metrics']
  readonly bodyTimeoutMs: number
  readonly maxChunkedBytes: number
  readonly clock: Clock
  readonly log: Log | undefined
}

/** Throws CONFIG_INVALID. */
export function resolveHttpListener(options: HttpListenerOptions): HttpListenerConfig {
  const { host = '127.0.0.1', port = 0, tls, insecure = false, token } = options
  const { bodyTimeoutMs = 5000, maxChunkedBytes = 8 * 2 ** 20 } = options
  assertWhole('port', port, 0, 65_535)
  assertWhole('bodyTimeoutMs', bodyTimeoutMs, 1, 3_600_000)
  assertWhole('maxChunkedBytes', maxChunkedBytes, 1, 2 ** 31)
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new PipelineError('CONFIG_INVALID', 'the token of a listener must be printable ASCII without spaces')
  }
  if (tls === undefined && !insecure && !isLoopback(host)) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `listening on ${host} opens the stages to the network in plain text: give a certificate, or say insecure`,
      { details: { host } },
    )
  }
  return Object.freeze({
    service: options.service,
    host,
    port,
    tls,
    token,
    metrics: options.metrics,
    bodyTimeoutMs,
    maxChunkedBytes,
    clock: options.clock ?? systemClock(),
    log: options.log,
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(host)
}

function assertWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new PipelineError('CONFIG_INVALID', `${name} must be a whole number from ${least} to ${most}, got ${value}`)
}
