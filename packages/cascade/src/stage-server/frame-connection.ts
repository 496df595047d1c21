import type { Readable, Writable } from 'node:stream'
import { type Cancel, type Clock, PipelineError } from '@redesmyn/core'
import { writeFailure } from '../wire/failure-head.ts'
import { unsupported } from '../wire/frame-format.ts'
import { FramePace } from '../wire/frame-pace.ts'
import { FrameReader, type FrameStart } from '../wire/frame-reader.ts'
import { FrameWriter } from '../wire/frame-writer.ts'
import { answerHello } from './answer-hello.ts'
import { FrameCalls } from './frame-calls.ts'
import type { FrameLimits } from './frame-limits.ts'
import type { StageService } from './stage-service.ts'

/** For a sender to read why it was refused. */
const lingerMs = 1000

export interface FrameConnectionParts {
  readonly service: StageService
  readonly input: Readable
  readonly output: Writable
  readonly limits: FrameLimits
  readonly clock: Clock
  /**
   * A socket's sender may cancel calls, so it is read from while `maxCalls` are open, and more are refused; without a
   * goodbye its end says that it is gone. A pipe is left alone meanwhile, and its end says that there are no more calls.
   */
  readonly kind: 'socket' | 'pipe'
}

/** One sender, on the side of the stage: takes its frames, and writes answers as they are ready. */
export class FrameConnection {
  /** Once both directions are closed and nothing is held for it. Never rejects. */
  readonly closed: Promise<void>
  readonly #parts: FrameConnectionParts
  readonly #reader: FrameReader
  readonly #writer: FrameWriter
  readonly #pace: FramePace
  readonly #calls: FrameCalls
  readonly #cancelHello: Cancel
  /** Answers what is begun and takes nothing more. */
  #isLeaving = false
  #isHeld = false
  #failure: unknown
  #cancelEnd: Cancel | undefined

  constructor(parts: FrameConnectionParts) {
    const { input, output, limits, clock, service } = parts
    this.#parts = parts
    this.#writer = new FrameWriter(output, () => this.#afterFrame())
    this.#calls = new FrameCalls({ service, limits, clock, writer: this.#writer })
    this.#reader = new FrameReader({
      room: (start) => this.#calls.admit(start),
      take: (start, body) => this.#take(start, body),
    })
    const onStalled = () => this.refuse(stalled('a frame came too slowly'))
    this.#pace = new FramePace({ reader: this.#reader, clock, stallMs: limits.stallMs, onStalled })
    const onSilent = () => this.refuse(stalled(`expected a frame within ${limits.helloMs} ms`))
    this.#cancelHello = this.#after(limits.helloMs, onSilent)
    this.closed = this.#watch(input, output)
  }

  /** Why the sender's bytes could not be read to their end; undefined where they could. */
  get failure(): unknown {
    return this.#failure
  }

  /** Tells the sender that nothing more is taken; the connection ends when what it began is answered. */
  leave(): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    this.#calls.close()
    this.#writer.send({ kind: 'goodbye', call: 0 })
    this.#endWhenIdle()
  }

  /** Says why, and closes: what comes behind bytes that were not understood cannot be understood either. */
  refuse(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#reader.stop()
    this.#calls.abort()
    const isSocket = this.#parts.kind === 'socket'
    this.#writer.send({ kind: 'failed', call: 0, head: writeFailure(error) }, () => isSocket || this.destroy())
    if (isSocket) this.#linger()
  }

  destroy(): void {
    this.#parts.input.destroy()
    this.#parts.output.destroy()
  }

  #push(chunk: Uint8Array): void {
    try {
      this.#reader.push(chunk)
    } catch (error) {
      this.refuse(error)
    }
    if (!this.#isHeld) this.#pace.watch()
  }

  #take(start: FrameStart, body: Uint8Array | undefined): void {
    const { kind, call } = start.header
    this.#cancelHello()
    switch (kind) {
      case 'hello':
        this.#writer.send(answerHello(this.#parts.service, start))
        this.#holdIfFull()
        return
      case 'call':
        this.#calls.run(start, body)
        this.#holdIfFull()
        return
      case 'cancel':
        this.#calls.cancel(call)
        return
      case 'goodbye':
        this.#isLeaving = true
        this.#endWhenIdle()
        return
      default:
        throw unsupported(`expected a sender's frame, got "${kind}"`)
    }
  }

  /** Whoever reads no answers is not read from either: what waits to be written stays bounded. */
  get #isFull(): boolean {
    const { limits, kind } = this.#parts
    return this.#writer.unwritten + (kind === 'pipe' ? this.#calls.size : 0) >= limits.maxCalls
  }

  #holdIfFull(): void {
    if (!this.#isFull) return
    this.#isHeld = true
    this.#reader.hold()
    this.#parts.input.pause()
    this.#pace.pause()
  }

  #afterFrame(): void {
    this.#endWhenIdle()
    if (!this.#isHeld || this.#isFull || this.#failure !== undefined) return
    this.#isHeld = false
    try {
      this.#reader.release()
    } catch (error) {
      return this.refuse(error)
    }
    if (this.#isHeld) return
    this.#parts.input.resume()
    this.#pace.watch()
  }

  #endWhenIdle(): void {
    if (!this.#isLeaving || this.#calls.size > 0) return
    this.#writer.end()
    this.#destroyLater()
  }

  /** A peer that neither reads nor leaves must not hold the connection. */
  #destroyLater(): void {
    this.#cancelEnd ??= this.#after(this.#parts.limits.stallMs, () => this.destroy())
  }

  /** A socket that is closed while bytes are unread takes what was written to it along: they are read, and dropped. */
  #linger(): void {
    this.#writer.end()
    this.#parts.input.resume()
    this.#cancelEnd ??= this.#parts.clock.after(lingerMs, () => this.destroy())
  }

  #after(delayMs: number, action: () => void): Cancel {
    return delayMs === Number.POSITIVE_INFINITY ? () => undefined : this.#parts.clock.after(delayMs, action)
  }

  #onEnd(): void {
    const isGone = this.#parts.kind === 'socket' && !this.#isLeaving
    if (isGone) return this.destroy()
    if (this.#reader.isInside) return this.refuse(unsupported('expected the rest of a frame, got the end'))
    this.#isLeaving = true
    this.#endWhenIdle()
  }

  async #watch(input: Readable, output: Writable): Promise<void> {
    input.on('data', (chunk: Buffer) => this.#push(chunk))
    input.once('end', () => this.#onEnd())
    for (const stream of new Set([input, output])) stream.on('error', () => this.destroy())
    await closeOf(output)
    input.destroy()
    this.#cancelHello()
    this.#cancelEnd?.()
    this.#pace.pause()
    this.#reader.stop()
    this.#calls.abort()
    await this.#calls.settled()
  }
}

function closeOf(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve()
    else stream.once('close', () => resolve())
  })
}

function stalled(message: string): PipelineError {
  return new PipelineError('UPLOAD_STALLED', message)
}
