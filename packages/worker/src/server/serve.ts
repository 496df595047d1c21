import { PipelineError } from '@redesmyn/core'
import { isBundleUrl } from '../app/bundle-cache.ts'
import type { ConfigOptions } from '../config/resolve-config.ts'
import { exitOnSignals } from './exit-on-signals.ts'
import { Server } from './server.ts'

/**
 * Serves the endpoints that the calling module exports, as `cascade serve` would, until SIGINT or SIGTERM:
 * `if (isMain(import.meta)) await serve(import.meta, { port: 8000 })`. Resolves when the address answers.
 */
export async function serve(meta: ImportMeta, options: ConfigOptions = {}): Promise<Server> {
  if (isBundleUrl(meta.url)) {
    const hint = 'write: if (isMain(import.meta)) await serve(import.meta)'
    throw new PipelineError('LIFECYCLE_MISUSE', `serve() was called while the app was loaded for its threads; ${hint}`)
  }
  const server = new Server({ ...options, app: meta.url })
  exitOnSignals(server, process)
  await server.serve()
  return server
}
