import { type Clock, PipelineError, toErrorData } from '@redesmyn/core'
import { decodeBatch, encodeReply } from '../wire/arrow-message.ts'
import { type FrameCallHead, readCallHead } from '../wire/call-head.ts'
import { writeFailure } from '../wire/failure-head.ts'
import { unsupported } from '../wire/frame-format.ts'
import type { FrameStart } from '../wire/frame-reader.ts'
import type { FrameWriter } from '../wire/frame-writer.ts'
import type { FrameLimits } from './frame-limits.ts'
import type { Admission, ServedReply, StageService } from './stage-service.ts'

export interface FrameCallsParts {
  readonly service: StageService
  readonly writer: FrameWriter
  readonly limits: FrameLimits
  readonly clock: Clock
}

/** A call whose rows are on their way, or run. */
interface OpenCall {
  readonly call: number
  readonly head: FrameCallHead
  readonly admission: Admission
  readonly startedMs: number
  readonly abort: AbortController
}

/** The calls of one connection, from their heads until their answers are written. */
export class FrameCalls {
  readonly #parts: FrameCallsParts
  readonly #running = new Map<number, OpenCall>()
  readonly #work = new Set<Promise<void>>()
  #arriving: OpenCall | undefined
  #isAborted = false
  #isClosed = false

  constructor(parts: FrameCallsParts) {
    this.#parts = parts
  }

  /** Calls that are not answered. */
  get size(): number {
    return this.#running.size + (this.#arriving === undefined ? 0 : 1)
  }

  /** Room for the rows of a call; a call that is refused is answered there and then, and its rows are passed over. */
  admit(start: FrameStart): Uint8Array | undefined {
    const { kind, call, bodyBytes } = start.header
    if (kind !== 'call') return undefined
    this.#assertNumber(call)
    try {
      this.#arriving = this.#open(start)
    } catch (error) {
      this.#fail(call, error)
      return undefined
    }
    return new Uint8Array(new SharedArrayBuffer(bodyBytes))
  }

  /** Begins the call that was admitted, now that its rows are there. */
  run({ header: { call, bodyBytes } }: FrameStart, body: Uint8Array | undefined): void {
    const open = this.#arriving
    this.#arriving = undefined
    if (bodyBytes === 0) {
      this.#assertNumber(call)
      this.#fail(call, new PipelineError('BODY_MALFORMED', 'a call has no rows: expected an Arrow stream as its body'))
      return
    }
    if (open === undefined || body === undefined) return
    this.#running.set(call, open)
    const work = this.#answer(open, body).finally(() => this.#work.delete(work))
    this.#work.add(work)
  }

  /** A call that is answered already needs none. */
  cancel(call: number): void {
    this.#running.get(call)?.abort.abort(clientGone())
  }

  /** Calls that come from now on are refused, and never run. */
  close(): void {
    this.#isClosed = true
  }

  /** The sender is gone: nobody waits for any of it. */
  abort(): void {
    this.#isAborted = true
    this.#arriving?.admission.release()
    this.#arriving = undefined
    for (const call of this.#running.keys()) this.cancel(call)
  }

  /** When no call runs any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#work)
  }

  #open({ header: { call, bodyBytes }, head: values }: FrameStart): OpenCall {
    const { limits, service, clock } = this.#parts
    const head = readCallHead(values)
    const { stage } = head
    if (this.#isClosed) {
      const message = 'the process of the stage ends and takes no more calls'
      throw new PipelineError('DRAINING', message, { details: { stage, notExecuted: true } })
    }
    if (this.#running.size >= limits.maxCalls) {
      const message = `${limits.maxCalls} calls of this connection are not answered yet`
      throw new PipelineError('QUEUE_FULL', message, { details: { stage, notExecuted: true } })
    }
    if (bodyBytes > limits.maxFrameBytes) {
      const message = `the rows of the call take ${bodyBytes} bytes, more than ${limits.maxFrameBytes}`
      throw new PipelineError('BODY_TOO_LARGE', message, { details: { stage, notExecuted: true } })
    }
    const admission = service.admit(stage, bodyBytes)
    return { call, head, admission, startedMs: clock.now(), abort: new AbortController() }
  }

  async #answer(open: OpenCall, body: Uint8Array): Promise<void> {
    const { call, admission, abort } = open
    try {
      const reply = await this.#serve(open, body)
      this.#running.delete(call)
      this.#reply(open, reply)
    } catch (error) {
      this.#running.delete(call)
      admission.release()
      this.#fail(call, abort.signal.aborted ? clientGone() : error)
    }
  }

  #serve({ head, admission, startedMs, abort }: OpenCall, body: Uint8Array): Promise<ServedReply> {
    const { clock, limits } = this.#parts
    const batch = beforeItRuns(head.stage, () => decodeBatch(body, { maxBytes: limits.maxFrameBytes }))
    // Time counts from when the call was heard of, not from when its rows were there.
    const deadlineMs = Math.max(0, head.deadlineMs - (clock.now() - startedMs))
    return admission.call(batch, { ...head, deadlineMs }, abort.signal)
  }

  /** The reply's memory, and the room of the call, are given back when the bytes have left. */
  #reply({ call, admission }: OpenCall, reply: ServedReply): void {
    const { rejects, serverTimingMs } = reply
    const { writer, service } = this.#parts
    const head = { rejects: rejects.length, serverTimingMs, credits: service.freeBytes }
    const free = () => {
      reply.release()
      admission.release()
    }
    try {
      writer.send({ kind: 'reply', call, head, body: encodeReply(reply) }, free)
    } catch (error) {
      reply.release()
      throw error
    }
  }

  #fail(call: number, error: unknown): void {
    if (this.#isAborted) return
    this.#parts.writer.send({ kind: 'failed', call, head: writeFailure(error) })
  }

  #assertNumber(call: number): void {
    if (call === 0) throw unsupported('expected a call to have a number from 1 on, got 0')
    if (this.#running.has(call)) throw unsupported(`expected call ${call} to have a number of its own`)
  }
}

function clientGone(): PipelineError {
  return new PipelineError('CLIENT_GONE', 'the sender has cancelled the call')
}

/** What is wrong with the bytes of a call is told before the stage has seen a row. */
function beforeItRuns<T>(stage: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { code, message } = toErrorData(error, 'INTERNAL')
    throw new PipelineError(code, message, { details: { stage, notExecuted: true }, cause: error })
  }
}
