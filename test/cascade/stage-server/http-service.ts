import type { AnyStage, Log } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import { listenHttp } from '../../../packages/cascade/dist/stage-server/http-listener.js'
import type { HttpListenerLimits } from '../../../packages/cascade/dist/stage-server/http/http-listener-config.js'
import type {
  ListenerParts,
  ListenerSecurity,
  StageListener,
} from '../../../packages/cascade/dist/stage-server/stage-listener.js'
import { DirectService, type DirectServiceOptions } from './direct-service.ts'

export interface HttpServiceOptions extends DirectServiceOptions {
  readonly address?: string
  readonly security?: Partial<ListenerSecurity>
  readonly limits?: Partial<HttpListenerLimits>
  readonly clock?: ListenerParts['clock']
}

export interface HttpService {
  readonly service: DirectService
  readonly listener: StageListener
  readonly url: string
  /** What was logged, as JSON. */
  readonly lines: readonly string[]
}

const noSecurity: ListenerSecurity = {
  certPath: undefined,
  keyPath: undefined,
  caPath: undefined,
  tokenPath: undefined,
  isInsecure: false,
}

/** Stages behind an HTTP listener of this process. */
export async function openHttpService(
  stages: readonly AnyStage[],
  options: HttpServiceOptions = {},
): Promise<HttpService> {
  const { address = 'http://127.0.0.1:0', security, limits, clock = systemClock() } = options
  const service = new DirectService(stages, options)
  const lines: string[] = []
  const add = (facts: unknown, message: string): void => void lines.push(`${message} ${JSON.stringify(facts)}`)
  const log: Log = { debug: add, info: add, warn: add, error: add }
  const parts = { service, clock, log, security: { ...noSecurity, ...security } }
  const listener = await listenHttp(new URL(address), parts, limits)
  return { service, listener, url: listener.address, lines }
}
