import { PipelineError } from '@redesmyn/core'
import type { ListenerParts, OpenListener, StageListener } from './stage-listener.ts'

/** How a listener is opened, by the scheme of its address: the code of each is loaded when it is wanted. */
const openers: Readonly<Record<string, () => Promise<OpenListener>>> = {
  'stdio:': async () => (await import('./stdio-listener.ts')).openStdioListener,
  'unix:': async () => (await import('./frame-listener.ts')).openFrameListener,
  'http:': async () => (await import('./http-listener.ts')).listenHttp,
  'https:': async () => (await import('./http-listener.ts')).listenHttp,
}

/** An address as it is written. Throws CONFIG_INVALID for one that nothing listens on. */
export function parseListenAddress(text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : undefined
  if (address !== undefined && Object.hasOwn(openers, address.protocol)) return address
  const schemes = Object.keys(openers).join(', ')
  throw new PipelineError('CONFIG_INVALID', `an address to listen on begins with one of ${schemes}, got "${text}"`)
}

export async function openListener(address: URL, parts: ListenerParts): Promise<StageListener> {
  const load = openers[address.protocol]
  const open = await load()
  return await open(address, parts)
}
