import { fstatSync, write as writeFile } from 'node:fs'
import { Socket } from 'node:net'
import { promisify } from 'node:util'
import { PipelineError } from '@redesmyn/core'
import { toSinkFailure } from '../../sink-failure.ts'
import type { ByteTarget } from './byte-target.ts'

const writeSome = promisify(writeFile)

/** The standard output. It is not ours: it is neither closed nor removed, and nothing waits for a disk. */
export class StdoutTarget implements ByteTarget {
  #byteLength = 0
  /** A pipe may be in a mode in which writing to it fails while it is full; a socket waits for it. */
  readonly #socket: Socket | undefined

  constructor() {
    const stats = fstatSync(1)
    if (!stats.isFIFO() && !stats.isSocket()) return
    this.#socket = new Socket({ fd: 1, readable: false, writable: true })
    // Each write tells its own failure.
    this.#socket.on('error', () => {})
  }

  get byteLength(): number {
    return this.#byteLength
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      try {
        if (this.#socket === undefined) await writeWhole(piece)
        else await writeTo(this.#socket, piece)
      } catch (error) {
        throw toSinkFailure('-', error)
      }
      this.#byteLength += piece.byteLength
    }
  }

  async finish(): Promise<void> {
    this.#socket?.destroy()
  }

  async abort(): Promise<void> {
    this.#socket?.destroy()
  }
}

/** Whether writing failed because nobody reads any more, as with `| head -1`: an end, and no fault. */
export function isBrokenPipe(error: unknown): boolean {
  const cause = error instanceof PipelineError ? error.cause : error
  return cause instanceof Error && 'code' in cause && cause.code === 'EPIPE'
}

async function writeWhole(piece: Uint8Array): Promise<void> {
  let rest = piece
  while (rest.byteLength > 0) {
    const { bytesWritten } = await writeSome(1, rest)
    rest = rest.subarray(bytesWritten)
  }
}

async function writeTo(socket: Socket, piece: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.write(piece, (error) => (error ? reject(error) : resolve()))
  })
}
