import { type FileHandle, open, rm } from 'node:fs/promises'
import { toSinkFailure } from './sink-failure.ts'

/** A new file that is written from its beginning to its end. Whatever fails is SINK_FAILED naming it. */
export class OutputFile {
  readonly path: string
  readonly #handle: FileHandle
  #byteLength = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** What is there already is overwritten. */
  static async open(path: string): Promise<OutputFile> {
    try {
      return new OutputFile(path, await open(path, 'w'))
    } catch (error) {
      throw toSinkFailure(path, error)
    }
  }

  get byteLength(): number {
    return this.#byteLength
  }

  /** Pieces one behind the other; they may change once this resolves. */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    try {
      let rest = pieces.filter((piece) => piece.byteLength > 0)
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest.slice(0, maxPieces))
        this.#byteLength += bytesWritten
        rest = behind(rest, bytesWritten)
      }
    } catch (error) {
      throw toSinkFailure(this.path, error)
    }
  }

  /** On disk when it resolves. */
  async finish(): Promise<void> {
    try {
      await this.#handle.sync()
      await this.#handle.close()
    } catch (error) {
      throw toSinkFailure(this.path, error)
    }
  }

  async abort(): Promise<void> {
    try {
      await this.#handle.close()
    } finally {
      await rm(this.path, { force: true })
    }
  }
}

/** The system takes no more in one call. */
const maxPieces = 1024

/** What is left of the pieces behind their first bytes: a call may write less than it was given. */
function behind(pieces: readonly Uint8Array[], byteLength: number): Uint8Array[] {
  let skipped = byteLength
  return pieces.flatMap((piece) => {
    const cut = Math.min(skipped, piece.byteLength)
    skipped -= cut
    return cut === piece.byteLength ? [] : [piece.subarray(cut)]
  })
}
