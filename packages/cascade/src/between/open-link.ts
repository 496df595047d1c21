import { connect, type Socket } from 'node:net'
import type { Clock } from '@redesmyn/core'
import type { Contract } from '../handoff/contract.ts'
import { FrameLink } from './frame-link.ts'
import { cannotOpen, type LinkPeer } from './link-peer.ts'

export interface OpenLinkParts {
  readonly path: string
  readonly peer: LinkPeer
  readonly clock: Clock
  /** Within which what answers there has to have told its contract, from the connection on. */
  readonly helloMs: number
  readonly stallMs: number
  readonly maxFrameBytes: number
}

const readBytes = 256 * 1024

export interface OpenedLink {
  readonly link: FrameLink
  readonly contract: Contract
}

/**
 * Connects, and says hello: whoever does not answer as a stage's process does, in time, gets no call. Rejects with
 * HANDOFF_FAILED or BETWEEN_UNSUPPORTED, or with what the stage's process refuses with: no row has left by then.
 */
export async function openLink(
  { path, peer, clock, helloMs, stallMs, maxFrameBytes }: OpenLinkParts,
  want: Contract | undefined,
): Promise<OpenedLink> {
  let link: FrameLink | undefined
  const take = (byteLength: number, bytes: Uint8Array): boolean => {
    link?.push(bytes.subarray(0, byteLength))
    return true
  }
  // All that comes is read into one buffer, and goes from there to where it belongs before more is read.
  const socket = connect({ path, onread: { buffer: new Uint8Array(readBytes), callback: take } })
  const stop = (): void => {
    const reason = silentFor(helloMs)
    link?.destroy(reason)
    socket.destroy(reason)
  }
  const cancel = clock.after(helloMs, stop)
  try {
    await connected(socket)
    link = new FrameLink({ socket, peer, clock, stallMs, maxFrameBytes })
    return { link, contract: await link.hello(want) }
  } catch (error) {
    link?.destroy(error)
    throw cannotOpen(peer, error)
  } finally {
    cancel()
  }
}

export function silentFor(helloMs: number): Error {
  return new Error(`its process did not say within ${helloMs} ms what the stage takes and gives`)
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve()
    })
  })
}
