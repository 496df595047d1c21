import { PipelineError } from '@redesmyn/core'
import type { FrontEnd, FrontEndOptions } from './exchange.ts'
import { loadUws, type UwsModule } from './uws/uws-module.ts'

/** `auto` is uWebSockets where its binary loads and node:http elsewhere. */
export type FrontEndKind = 'auto' | 'uws' | 'http'

export interface FrontEndLoading {
  /** Told why when `auto` falls back to node:http. */
  onFallback(error: PipelineError): void
  /** Default: the installed uWebSockets.js. */
  readonly loadUws?: () => Promise<UwsModule>
}

/** Rejects with CONFIG_INVALID when `uws` is asked for and does not load. Neither front end is loaded before it is used. */
export async function createFrontEnd(
  kind: FrontEndKind,
  options: FrontEndOptions,
  loading: FrontEndLoading,
): Promise<FrontEnd> {
  if (kind === 'http') return createNodeFrontEnd(options)
  const loaded = await tryLoad(loading.loadUws ?? loadUws)
  if (loaded.uws !== undefined) {
    const { UwsFrontEnd } = await import('./uws/uws-front-end.ts')
    return new UwsFrontEnd(loaded.uws, options)
  }
  if (kind === 'uws') throw loaded.error
  loading.onFallback(loaded.error)
  return createNodeFrontEnd(options)
}

async function createNodeFrontEnd(options: FrontEndOptions): Promise<FrontEnd> {
  const { NodeFrontEnd } = await import('./node/node-front-end.ts')
  return new NodeFrontEnd(options)
}

type Loaded = { readonly uws: UwsModule } | { readonly uws: undefined; readonly error: PipelineError }

async function tryLoad(load: () => Promise<UwsModule>): Promise<Loaded> {
  try {
    return { uws: await load() }
  } catch (error) {
    if (error instanceof PipelineError) return { uws: undefined, error }
    throw error
  }
}
