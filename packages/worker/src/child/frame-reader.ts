import { deserialize } from 'node:v8'
import { framePrefixBytes } from './write-frame.ts'

interface FrameLengths {
  readonly headBytes: number
  readonly bodyBytes: number
}

/** Puts what comes through a pipe together again, frame by frame. */
export class FrameReader {
  readonly #onFrame: (head: unknown, body: Buffer) => void
  #chunks: Buffer[] = []
  #available = 0
  #lengths: FrameLengths | undefined

  /** The body is valid during the call only. */
  constructor(onFrame: (head: unknown, body: Buffer) => void) {
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#available += chunk.byteLength
    while (this.#available >= this.#neededBytes) this.#next()
  }

  get #neededBytes(): number {
    return this.#lengths === undefined ? framePrefixBytes : this.#lengths.headBytes + this.#lengths.bodyBytes
  }

  #next(): void {
    const bytes = this.#take(this.#neededBytes)
    if (this.#lengths === undefined) {
      this.#lengths = { headBytes: bytes.readUInt32LE(0), bodyBytes: bytes.readUInt32LE(4) }
      return
    }
    const { headBytes } = this.#lengths
    this.#lengths = undefined
    this.#onFrame(deserialize(bytes.subarray(0, headBytes)), bytes.subarray(headBytes))
  }

  /** The next bytes: a view where they came in one piece. */
  #take(byteLength: number): Buffer {
    const [first] = this.#chunks
    const whole = first !== undefined && first.byteLength >= byteLength ? first : Buffer.concat(this.#chunks)
    const isWholeFirst = whole === first
    const rest = whole.subarray(byteLength)
    this.#chunks = isWholeFirst ? this.#chunks.slice(1) : []
    if (rest.byteLength > 0) this.#chunks.unshift(rest)
    this.#available -= byteLength
    return whole.subarray(0, byteLength)
  }
}
