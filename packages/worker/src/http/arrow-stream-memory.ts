import type { KnownStream } from './arrow-known-stream.ts'

/** Streams of an endpoint's clients differ in the number of rows, and in who wrote them. */
const maxStreams = 16
/** A larger stream takes longer to copy than to read. */
const maxStreamBytes = 16 * 1024

/** The forms that the last small streams had. */
export class ArrowStreamMemory {
  readonly #streams: KnownStream[] = []

  get size(): number {
    return this.#streams.length
  }

  /** Whether a stream is small enough to be remembered. */
  takes(bytes: Uint8Array): boolean {
    return bytes.byteLength <= maxStreamBytes
  }

  find(bytes: Uint8Array): KnownStream | undefined {
    for (const stream of this.#streams) if (stream.matches(bytes)) return stream
    return undefined
  }

  add(stream: KnownStream): void {
    if (this.#streams.length === maxStreams) this.#streams.shift()
    this.#streams.push(stream)
  }
}
