import type { ServerResponse } from 'node:http'
import type { Clock } from '@redesmyn/core'
import { settled } from './settled.ts'

export interface WriteTerms {
  readonly clock: Clock
  /** For the sender to take so many bytes as are written at once; then its connection is cut. */
  readonly timeoutMs: number
}

const stepBytes = 256 * 1024

/**
 * Writes pieces without copying them and ends the reply. Resolves when their bytes have left the process, or when the
 * connection has closed: the memory may then be used again.
 */
export async function writePieces(
  response: ServerResponse,
  pieces: readonly Uint8Array[],
  { clock, timeoutMs }: WriteTerms,
): Promise<void> {
  const cut = (): void => void response.destroy()
  for (const step of stepsOf(pieces)) {
    if (response.destroyed || response.write(step)) continue
    await within('drain')
  }
  if (response.destroyed) return
  response.end()
  await within('finish')

  async function within(event: 'drain' | 'finish'): Promise<void> {
    const cancel = clock.after(timeoutMs, cut)
    try {
      await settled(response, event)
    } finally {
      cancel()
    }
  }
}

function* stepsOf(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    for (let from = 0; from < piece.byteLength; from += stepBytes) yield piece.subarray(from, from + stepBytes)
  }
}
