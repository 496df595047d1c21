import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { encodeFrame, type FrameKind, type OutgoingFrame } from '../../../packages/cascade/dist/wire/frame-format.js'
import { FrameReader } from '../../../packages/cascade/dist/wire/frame-reader.js'

export interface ReceivedFrame {
  readonly kind: FrameKind
  readonly call: number
  readonly head: Readonly<Record<string, unknown>>
  readonly body: Uint8Array | undefined
}

/** A connection that a test writes any bytes to, and the frames that come back. */
export class RawSender {
  readonly socket: Socket
  readonly received: ReceivedFrame[] = []
  /** Once the other side has closed. */
  readonly closed: Promise<void>
  readonly #waiting: (() => void)[] = []

  private constructor(socket: Socket) {
    this.socket = socket
    const reader = new FrameReader({
      room: ({ header: { bodyBytes } }) => new Uint8Array(bodyBytes),
      take: ({ header: { kind, call }, head }, body) => void this.received.push({ kind, call, head, body }),
    })
    this.closed = new Promise((resolve) => void socket.once('close', () => resolve()))
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes: Buffer) => {
      reader.push(bytes)
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  static async open(path: string): Promise<RawSender> {
    const socket = connect({ path })
    const sender = new RawSender(socket)
    await once(socket, 'connect')
    return sender
  }

  send(...frames: readonly OutgoingFrame[]): void {
    this.socket.write(Buffer.concat(frames.flatMap(encodeFrame)))
  }

  /** The next frame about a call, or the one that has come; rejects when the connection ends without it. */
  async answer(call: number): Promise<ReceivedFrame> {
    for (;;) {
      const found = this.received.find((frame) => frame.call === call)
      if (found !== undefined) return found
      const more = new Promise<void>((resolve) => void this.#waiting.push(resolve))
      const end = this.closed.then(() => {
        if (!this.received.some((frame) => frame.call === call)) throw new Error(`closed without an answer to ${call}`)
      })
      await Promise.race([more, end])
    }
  }
}
