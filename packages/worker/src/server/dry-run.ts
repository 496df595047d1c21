import { type Endpoint, parsePathTemplate } from '@redesmyn/core'
import { bundleApp } from '../app/bundle-app.ts'
import { examplesOf } from '../app/examples-of.ts'
import { loadApp } from '../app/load-app.ts'
import type { Environment } from '../config/resolve-config.ts'
import { resolveSettings } from '../config/server-settings.ts'
import { requestMedia } from '../openapi/endpoint-media.ts'
import { mountedEndpoints } from './mounted-endpoints.ts'
import { Server, type ServerOptions } from './server.ts'

/** What a dry run found, as plain data. */
export interface DryRunReport {
  /** The source file. */
  readonly app: string
  /** Whether every example was answered with 2xx. */
  readonly isSound: boolean
  /** Until every stage was warm. */
  readonly startMs: number
  readonly endpoints: readonly EndpointRun[]
}

/** `loaded`: its stages started, and there was nothing to send. */
export type EndpointRun =
  | { readonly path: string; readonly outcome: 'loaded'; readonly reason: string }
  | {
      readonly path: string
      readonly outcome: 'answered' | 'failed'
      readonly status: number
      readonly exampleCount: number
      readonly answerBytes: number
      readonly answerMs: number
      /** The body as text. */
      readonly answer: string
    }

/**
 * Serves an app on a port of this machine that nobody knows, sends each endpoint the examples of its first stage, and
 * stops again. Rejects with what serving would reject with.
 */
export async function dryRun(options: ServerOptions, env: Environment = process.env): Promise<DryRunReport> {
  const { app, spanExporter: _exporter, readPlace: _reads, ...given } = options
  const settings = resolveSettings(app, given, env)
  const { url: bundleUrl, sourcePath } = await bundleApp(app)
  const endpoints = mountedEndpoints([], await loadApp(bundleUrl, settings.stages))
  const { logLevel = 'warn' } = given
  const alone = { host: '127.0.0.1', port: 0, onStartFailure: 'reject', logLevel } as const
  const server = new Server({ ...options, ...alone }, env)
  const startedAtMs = performance.now()
  try {
    const { url } = await server.serve()
    const startMs = performance.now() - startedAtMs
    const runs: EndpointRun[] = []
    for (const endpoint of endpoints) runs.push(await runExamples(endpoint, url))
    return { app: sourcePath, isSound: runs.every(({ outcome }) => outcome !== 'failed'), startMs, endpoints: runs }
  } finally {
    await server.stop({ graceful: false })
  }
}

async function runExamples(endpoint: Endpoint, url: string): Promise<EndpointRun> {
  const { path, stage } = endpoint
  const examples = examplesOf(stage)
  const reason = whyNotSent(endpoint, examples)
  if (reason !== undefined) return { path, outcome: 'loaded', reason }
  const body = JSON.stringify(examples.length === 1 ? examples[0] : examples, (_, value: unknown) => {
    return typeof value === 'bigint' ? value.toString() : value
  })
  const startedAtMs = performance.now()
  const response = await fetch(`${url}${filledPath(path)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const answer = await response.text()
  return {
    path,
    outcome: response.ok ? 'answered' : 'failed',
    status: response.status,
    exampleCount: examples.length,
    answerBytes: Buffer.byteLength(answer),
    answerMs: performance.now() - startedAtMs,
    answer,
  }
}

function whyNotSent(endpoint: Endpoint, examples: readonly unknown[]): string | undefined {
  const { stage, models } = endpoint
  if (examples.length === 0) return `the stage "${stage.name}" has no examples`
  if (models !== undefined) return 'its path chooses a model'
  return requestMedia(endpoint).some(({ hasSchema }) => hasSchema) ? undefined : 'it takes no JSON'
}

/** A parameter that chooses no model may be anything: its own name. */
function filledPath(path: string): string {
  return parsePathTemplate(path).names.reduce((filled, name) => filled.replace(`{${name}}`, name), path)
}
