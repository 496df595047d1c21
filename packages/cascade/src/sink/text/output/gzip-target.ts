import { createGzip, type Gzip } from 'node:zlib'
import { toSinkFailure } from '../../sink-failure.ts'
import type { ByteTarget } from './byte-target.ts'

const pieceBytes = 64 * 1024

/** One gzip member. Its header names no file and no time, so that equal bytes give equal bytes. */
export class GzipTarget implements ByteTarget {
  readonly #target: ByteTarget
  readonly #gzip: Gzip = createGzip({ chunkSize: pieceBytes })
  /** Settles when all that was compressed is written; rejects when that fails. */
  readonly #written: Promise<void>
  #failure: Error | undefined

  constructor(target: ByteTarget) {
    this.#target = target
    this.#written = this.#pump()
  }

  get byteLength(): number {
    return this.#target.byteLength
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) await this.#compress(piece)
  }

  async finish(): Promise<void> {
    this.#gzip.end()
    await this.#written
    this.#assertWritable()
    await this.#target.finish()
  }

  async abort(): Promise<void> {
    this.#gzip.destroy()
    await this.#written
    await this.#target.abort()
  }

  /** Resolves when the piece has been read, which waits while what came out of it is not written. */
  async #compress(piece: Uint8Array): Promise<void> {
    this.#assertWritable()
    await new Promise<void>((resolve) => {
      this.#gzip.write(piece, () => resolve())
    })
    this.#assertWritable()
  }

  async #pump(): Promise<void> {
    try {
      for await (const piece of this.#gzip) await this.#target.write([piece as Buffer])
    } catch (error) {
      this.#failure = toSinkFailure('gzip', error)
    }
  }

  #assertWritable(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}
