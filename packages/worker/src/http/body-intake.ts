import { PipelineError } from '@redesmyn/core'
import type { BodyBudget } from './body-budget.ts'
import type { DeadlineEntry, DeadlineList } from './deadline-list.ts'
import type { BodyLimits, BodyReader, BytesOwner } from './exchange.ts'

/** What all bodies of one front end share. */
export interface BodyArrivals {
  readonly budget: BodyBudget
  readonly deadlines: DeadlineList
}

type IntakeState = 'arriving' | 'delivered' | 'refused' | 'stalled' | 'abandoned'

const leastRoomBytes = 16 * 1024

/**
 * One body on its way in. A body that arrives in one piece goes to the reader as it is, without room or copy; only
 * the others claim from the budget, their declared length at once, so that a refusal comes before the bulk is read.
 */
export class BodyIntake implements DeadlineEntry {
  ticksLeft = 0
  earlier: DeadlineEntry | undefined = undefined
  later: DeadlineEntry | undefined = undefined
  readonly #arrivals: BodyArrivals
  readonly #limits: BodyLimits
  readonly #reader: BodyReader
  #state: IntakeState = 'arriving'
  #declaredBytes: number | undefined
  #receivedBytes = 0
  #room: Uint8Array | undefined

  constructor(arrivals: BodyArrivals, limits: BodyLimits, reader: BodyReader) {
    this.#arrivals = arrivals
    this.#limits = limits
    this.#reader = reader
  }

  get state(): IntakeState {
    return this.#state
  }

  /** Starts the time limit. `declaredBytes` is the Content-Length, undefined for a chunked body. */
  start(declaredBytes: number | undefined): void {
    const { maxBytes, timeoutMs } = this.#limits
    this.#declaredBytes = declaredBytes
    if (declaredBytes !== undefined && declaredBytes > maxBytes) {
      this.#refuse(tooLarge(`the body has ${declaredBytes} bytes, the limit is ${maxBytes}`, maxBytes))
      return
    }
    this.#arrivals.deadlines.add(this, timeoutMs)
  }

  /** The bytes are read before this returns. Pieces after a refusal are dropped. */
  take(piece: Uint8Array, isLast: boolean): void {
    if (this.#state !== 'arriving') return
    const receivedBytes = this.#receivedBytes + piece.byteLength
    const { maxBytes } = this.#limits
    if (receivedBytes > maxBytes) {
      this.#refuse(tooLarge(`the body is larger than the limit of ${maxBytes} bytes`, maxBytes))
    } else if (isLast && this.#receivedBytes === 0) {
      this.#deliver(piece, 'front-end')
    } else if (!this.#makeRoom(receivedBytes)) {
      this.#refuse(noRoom(this.#arrivals.budget.maxBytes))
    } else {
      this.#room?.set(piece, this.#receivedBytes)
      this.#receivedBytes = receivedBytes
      if (isLast) this.#deliver(this.#room?.subarray(0, receivedBytes) ?? piece, 'reader')
    }
  }

  /** The answer leaves before the body is complete: what still comes is nobody's. */
  abandon(): void {
    if (this.#state === 'arriving') this.#end('abandoned')
  }

  leave(): void {
    this.abandon()
    this.#reader.onGone()
  }

  expire(): void {
    const { timeoutMs } = this.#limits
    this.#end('stalled')
    const message = `the body did not arrive within ${timeoutMs} ms`
    this.#reader.onRefused(new PipelineError('UPLOAD_STALLED', message, { details: { bodyTimeoutMs: timeoutMs } }))
  }

  #deliver(bytes: Uint8Array, owner: BytesOwner): void {
    this.#end('delivered')
    this.#reader.onBody(bytes, owner)
  }

  #refuse(error: PipelineError): void {
    this.#end('refused')
    this.#reader.onRefused(error)
  }

  #end(state: IntakeState): void {
    this.#state = state
    this.#arrivals.deadlines.remove(this)
    if (this.#room === undefined) return
    this.#arrivals.budget.release(this.#room.byteLength)
    this.#room = undefined
  }

  /** An untouched large allocation costs no memory until bytes are written to it, so the declared length is taken whole. */
  #makeRoom(neededBytes: number): boolean {
    const room = this.#room
    const heldBytes = room?.byteLength ?? 0
    if (neededBytes <= heldBytes) return true
    const grownBytes = Math.min(Math.max(leastRoomBytes, neededBytes, heldBytes * 2), this.#limits.maxBytes)
    const roomBytes = this.#declaredBytes ?? grownBytes
    if (!this.#arrivals.budget.claim(roomBytes - heldBytes)) return false
    this.#room = Buffer.allocUnsafeSlow(roomBytes)
    if (room !== undefined) this.#room.set(room.subarray(0, this.#receivedBytes))
    return true
  }
}

function tooLarge(message: string, maxBodyBytes: number): PipelineError {
  return new PipelineError('BODY_TOO_LARGE', message, { details: { maxBodyBytes } })
}

function noRoom(maxInFlightBytes: number): PipelineError {
  const message = `bodies that are still arriving have reached their limit of ${maxInFlightBytes} bytes`
  return new PipelineError('QUEUE_FULL', message, { details: { maxInFlightBytes } })
}
