import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cancel, Clock } from '@redesmyn/core'

export interface LogRelayParts {
  readonly clock: Clock
  /** Takes whole lines, for people. */
  readonly write: (text: string) => void
  /** Of a line of the log without its end. */
  readonly pretty: (line: string) => string
}

const everyMs = 100
const lineEnd = 0x0a

/**
 * The log of a run whose progress is on a terminal. Threads and child processes write their lines at once, wherever the
 * cursor stands: here they write to a file, and one place shows what is new in it, above the progress.
 */
export class LogRelay {
  /** Where the log is to be written. */
  readonly path: string
  readonly #parts: LogRelayParts
  readonly #folder = mkdtempSync(join(tmpdir(), 'cascade-log-'))
  readonly #file: number
  #rest: Buffer = Buffer.alloc(0)
  #cancel: Cancel

  constructor(parts: LogRelayParts) {
    this.#parts = parts
    this.path = join(this.#folder, 'run.log')
    this.#file = openSync(this.path, 'a+')
    this.#cancel = this.#schedule()
  }

  /** Shows what is left, and removes the file. */
  close(): void {
    this.#cancel()
    this.#show()
    closeSync(this.#file)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #schedule(): Cancel {
    return this.#parts.clock.after(everyMs, () => {
      this.#show()
      this.#cancel = this.#schedule()
    })
  }

  #show(): void {
    const { write, pretty } = this.#parts
    const found = Buffer.concat([this.#rest, ...this.#readOn()])
    const end = found.lastIndexOf(lineEnd) + 1
    this.#rest = found.subarray(end)
    if (end === 0) return
    const lines = found.toString('utf8', 0, end - 1).split('\n')
    write(lines.map((line) => pretty(line)).join(''))
  }

  /** From where it was read last: the position is the file's own. */
  #readOn(): readonly Buffer[] {
    const pieces: Buffer[] = []
    for (;;) {
      const piece = Buffer.alloc(64 * 1024)
      const byteLength = readSync(this.#file, piece)
      if (byteLength === 0) return pieces
      pieces.push(piece.subarray(0, byteLength))
    }
  }
}
