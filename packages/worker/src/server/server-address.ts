/** Where a server answers. */
export interface ServerAddress {
  readonly host: string
  /** The bound one, also where port 0 was asked for. */
  readonly port: number
  /** Without a slash at the end. A server on all addresses is named by the loopback one. */
  readonly url: string
}

export function serverAddress(host: string, port: number): ServerAddress {
  return { host, port, url: `http://${urlHost(host)}:${port}` }
}

function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
