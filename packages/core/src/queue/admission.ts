import { PipelineError } from '../errors/pipeline-error.ts'
import type { QueueBounds } from './queue-bounds.ts'

/** Counts what waits and refuses what does not fit. A request larger than the bounds may enter an empty queue. */
export class Admission {
  readonly #bounds: QueueBounds
  /** Reports rows that threads have taken since anyone last looked, so that a stale count refuses nobody. */
  readonly #refresh: () => void
  #rows = 0
  #bytes = 0

  constructor(bounds: QueueBounds, refresh: () => void) {
    this.#bounds = bounds
    this.#refresh = refresh
  }

  get rows(): number {
    return this.#rows
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Throws QUEUE_FULL. */
  admit(rows: number, bytes: number): void {
    if (!this.#hasRoom(rows, bytes)) {
      this.#refresh()
      if (!this.#hasRoom(rows, bytes)) throw this.#refusal(rows)
    }
    this.#rows += rows
    this.#bytes += bytes
  }

  release(rows: number, bytes: number): void {
    this.#rows -= rows
    this.#bytes -= bytes
  }

  #hasRoom(rows: number, bytes: number): boolean {
    if (this.#rows === 0) return true
    return this.#rows + rows <= this.#bounds.maxRows && this.#bytes + bytes <= this.#bounds.maxBytes
  }

  #refusal(rows: number): PipelineError {
    const { maxRows, maxBytes } = this.#bounds
    return new PipelineError(
      'QUEUE_FULL',
      `no room for ${rows} more rows: ${this.#rows} of ${maxRows} rows and ${this.#bytes} of ${maxBytes} bytes are waiting`,
      { details: { waitingRows: this.#rows, maxRows, waitingBytes: this.#bytes, maxBytes } },
    )
  }
}
