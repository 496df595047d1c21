import { PipelineError } from '@redesmyn/core'

/** The part of uWebSockets.js that we use. Its own types lack `listen` with a host and options at once. */
export interface UwsModule {
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number
  App(): UwsApp
  us_listen_socket_close(socket: UwsListenSocket): void
  us_socket_local_port(socket: UwsListenSocket): number
}

export interface UwsApp {
  any(pattern: string, handler: UwsHandler): UwsApp
  get(pattern: string, handler: UwsHandler): UwsApp
  post(pattern: string, handler: UwsHandler): UwsApp
  listen(host: string, port: number, options: number, onListen: (socket: UwsListenSocket | false) => void): UwsApp
  close(): UwsApp
}

export type UwsHandler = (response: UwsResponse, request: UwsRequest) => void

/** Opaque and native. */
export interface UwsListenSocket {
  readonly '~uws': 'listen-socket'
}

/** Dead once the handler has returned. */
export interface UwsRequest {
  getHeader(lowerCaseName: string | ArrayBuffer): string
  forEach(take: (lowerCaseName: string, value: string) => void): void
  getCaseSensitiveMethod(): string
  getUrl(): string
  getQuery(): string | undefined
}

/** Dead once it was ended or aborted: any call then throws. */
export interface UwsResponse {
  /** As text: `127.0.0.1`, or eight groups of an IPv6 address. */
  getRemoteAddressAsText(): ArrayBuffer
  cork(write: () => void): UwsResponse
  writeStatus(status: string): UwsResponse
  writeHeader(name: string | ArrayBuffer, value: string | ArrayBuffer): UwsResponse
  end(body: string | Uint8Array, closesConnection: boolean): UwsResponse
  endWithoutBody(): UwsResponse
  tryEnd(piece: Uint8Array, totalBytes: number): [hasRoom: boolean, isComplete: boolean]
  getWriteOffset(): number
  onWritable(write: (offset: number) => boolean): UwsResponse
  onAborted(abort: () => void): UwsResponse
  /** The bytes are detached when the handler returns. */
  onData(take: (piece: ArrayBuffer, isLast: boolean) => void): UwsResponse
}

/** Rejects with CONFIG_INVALID where the native binary does not load: musl, an old glibc, a Node it was not built for. */
export async function loadUws(): Promise<UwsModule> {
  try {
    const loaded: { readonly default: unknown } = await import('uWebSockets.js')
    // The one place where the native module gets its type; the conformance suite holds it to it.
    return loaded.default as UwsModule
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : String(cause)
    throw new PipelineError('CONFIG_INVALID', `uWebSockets.js does not load on this machine: ${words}`, { cause })
  }
}
