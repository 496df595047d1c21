import { Server, type ServerOptions } from '@redesmyn/worker'

/** An app module of these tests. */
export function appFile(name: string): URL {
  return new URL(`./apps/${name}`, import.meta.url)
}

/** A server on any free port that logs nothing, in an environment of its own. */
export function createServer(app: string, options: Partial<ServerOptions> = {}): Server {
  return new Server({ app: appFile(app), port: 0, logLevel: 'silent', ...options }, {})
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export async function post(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}
