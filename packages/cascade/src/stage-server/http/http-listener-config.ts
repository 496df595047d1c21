import { readFile } from 'node:fs/promises'
import { type Clock, type Log, PipelineError, toErrorData } from '@redesmyn/core'
import { wireDefaults } from '../../wire/wire-defaults.ts'
import type { ListenerParts, ListenerSecurity } from '../stage-listener.ts'
import type { StageService } from '../stage-service.ts'

/** How slow and how large bodies may be. */
export interface HttpListenerLimits {
  /**
   * Milliseconds for the headers of a request, for 16 KiB more of its body to come, and for 256 KiB more of a reply to be
   * taken. Default 5000.
   */
  readonly bodyTimeoutMs: number
  /** Most bytes of a body that comes without `content-length`. Default 8 MiB. */
  readonly maxChunkedBytes: number
}

export const defaultHttpLimits: HttpListenerLimits = Object.freeze({
  bodyTimeoutMs: wireDefaults.stallMs,
  maxChunkedBytes: 8 * 2 ** 20,
})

/** PEM texts. */
export interface ListenerTls {
  readonly cert: string
  readonly key: string
  /** Authorities of senders: with them, a sender without a certificate of theirs is refused. */
  readonly ca: string | undefined
}

export interface HttpListenerConfig extends HttpListenerLimits {
  readonly service: StageService
  readonly host: string
  readonly port: number
  readonly tls: ListenerTls | undefined
  readonly token: string | undefined
  readonly clock: Clock
  readonly log: Log
}

/** Rejects with CONFIG_INVALID, also for what would open the stages to a network in plain text. */
export async function readHttpListener(
  address: URL,
  { service, clock, log, security }: ListenerParts,
  limits: HttpListenerLimits,
): Promise<HttpListenerConfig> {
  assertBare(address)
  const host = address.hostname.replace(/^\[(.*)\]$/, '$1')
  const isSecure = address.protocol === 'https:'
  assertGuarded(host, isSecure, security)
  const tls = isSecure ? await readTls(security) : undefined
  const token = await readToken(security.tokenPath)
  const port = address.port === '' ? defaultPort(isSecure) : Number(address.port)
  return Object.freeze({ ...limits, service, host, port, tls, token, clock, log })
}

function defaultPort(isSecure: boolean): number {
  return isSecure ? 443 : 80
}

function assertBare({ pathname, search, hash, username, password }: URL): void {
  if (pathname === '/' && search + hash + username + password === '') return
  throw invalid('an address to listen on has a host and a port and nothing else, such as http://127.0.0.1:8000')
}

function assertGuarded(host: string, isSecure: boolean, { certPath, caPath, isInsecure }: ListenerSecurity): void {
  if (!isSecure && (certPath !== undefined || caPath !== undefined)) {
    throw invalid('a certificate goes with an address that begins with https:, got http:')
  }
  if (isSecure || isInsecure || isLoopback(host)) return
  throw invalid(
    `listening on ${host} opens the stages to the network in plain text: give a certificate and an address that begins with https:, or --insecure`,
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

async function readTls({ certPath, keyPath, caPath }: ListenerSecurity): Promise<ListenerTls> {
  if (certPath === undefined || keyPath === undefined) {
    throw invalid(
      'an address that begins with https: needs a certificate and its key as PEM files, --tls-cert and --tls-key',
    )
  }
  const [cert, key, ca] = await Promise.all([
    readText('the certificate', certPath),
    readText('the key', keyPath),
    caPath === undefined ? undefined : readText('the authorities of senders', caPath),
  ])
  return { cert, key, ca }
}

async function readToken(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const token = (await readText('the token', path)).replace(/\r?\n$/, '')
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw invalid(`the token in "${path}" must be printable ASCII without spaces`)
}

async function readText(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `${what} cannot be read from "${path}": ${toErrorData(cause, 'INTERNAL').message}`,
    )
  }
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
