import type { ByteTarget } from './byte-target.ts'

/** Text that becomes one frame: frames follow each other in the file, and whoever reads zstd reads on. */
const frameBytes = 4 * 1024 * 1024
const level = 3

type Compress = (bytes: Uint8Array, level: number) => Uint8Array

/** Zstd frames of equal lengths of text, cut where the text is, not where it was handed over. */
export class ZstdTarget implements ByteTarget {
  readonly #target: ByteTarget
  readonly #compress: Compress
  readonly #frame = new Uint8Array(frameBytes)
  #filledBytes = 0
  #frameCount = 0

  private constructor(target: ByteTarget, compress: Compress) {
    this.#target = target
    this.#compress = compress
  }

  static async open(target: ByteTarget): Promise<ZstdTarget> {
    const { compressFrame } = await import('./zstd-library.ts')
    return new ZstdTarget(target, compressFrame)
  }

  get byteLength(): number {
    return this.#target.byteLength
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      for (let at = 0; at < piece.byteLength; ) {
        const part = piece.subarray(at, at + frameBytes - this.#filledBytes)
        this.#frame.set(part, this.#filledBytes)
        this.#filledBytes += part.byteLength
        at += part.byteLength
        if (this.#filledBytes === frameBytes) await this.#writeFrame()
      }
    }
  }

  /** A file without a frame would be none. */
  async finish(): Promise<void> {
    if (this.#filledBytes > 0 || this.#frameCount === 0) await this.#writeFrame()
    await this.#target.finish()
  }

  async abort(): Promise<void> {
    await this.#target.abort()
  }

  async #writeFrame(): Promise<void> {
    const frame = this.#compress(this.#frame.subarray(0, this.#filledBytes), level)
    this.#filledBytes = 0
    this.#frameCount++
    await this.#target.write([frame])
  }
}
