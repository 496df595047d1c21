import type { Cancel } from '@redesmyn/core'

/** Either argument behind the chunk may be the callback. */
type Written = ((error?: Error | null) => void) | undefined

/**
 * Gives what is written to a stream to somebody else until it is cancelled. Threads of the process write to the streams of
 * its main thread, so that theirs is among it.
 */
export function divertWrites(stream: NodeJS.WriteStream, onText: (text: string) => void): Cancel {
  const before = stream.write.bind(stream)
  stream.write = (chunk: Uint8Array | string, encoding?: BufferEncoding | Written, written?: Written): boolean => {
    onText(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    const done = typeof encoding === 'function' ? encoding : written
    if (done !== undefined) process.nextTick(done)
    return true
  }
  return () => {
    stream.write = before
  }
}
