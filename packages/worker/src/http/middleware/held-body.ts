import { PipelineError } from '@redesmyn/core'
import type { BodyReader, BytesOwner } from '../exchange.ts'
import { ownBytes } from '../own-bytes.ts'

export interface HeldBodyOwner {
  /** The body is here, or is refused. */
  onArrived(): void
  onGone(): void
}

type Arrival =
  | { readonly kind: 'body'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'refused'; readonly error: PipelineError }

/** A body that arrives while middleware still makes up its mind: kept until somebody asks for it. */
export class HeldBody implements BodyReader {
  readonly #owner: HeldBodyOwner
  #arrival: Arrival | undefined
  #isGone = false
  #reader: BodyReader | undefined
  #asked: ((arrival: Arrival) => void)[] = []

  constructor(owner: HeldBodyOwner) {
    this.#owner = owner
  }

  /** The reader of the endpoint: hears what has come, or will hear what comes. */
  passTo(reader: BodyReader): void {
    this.#reader = reader
    if (this.#isGone) reader.onGone()
    else if (this.#arrival?.kind === 'refused') reader.onRefused(this.#arrival.error)
    // The bytes stay ours: middleware may hold them too.
    else if (this.#arrival?.kind === 'body') reader.onBody(this.#arrival.bytes, 'front-end')
  }

  /** Rejects with why the body was refused, or with CLIENT_GONE. */
  async bytes(): Promise<Uint8Array> {
    const arrival = this.#arrival ?? (await new Promise<Arrival>((resolve) => this.#asked.push(resolve)))
    if (arrival.kind === 'refused') throw arrival.error
    return arrival.bytes
  }

  onBody(bytes: Uint8Array, owner: BytesOwner): void {
    this.#owner.onArrived()
    if (this.#reader === undefined || this.#asked.length > 0) {
      this.#arrived({ kind: 'body', bytes: ownBytes(bytes, owner) })
      return
    }
    this.#arrival = { kind: 'refused', error: passedOn() }
    this.#reader.onBody(bytes, owner)
  }

  onRefused(error: PipelineError): void {
    this.#owner.onArrived()
    this.#arrived({ kind: 'refused', error })
  }

  onGone(): void {
    this.#isGone = true
    this.#settle({ kind: 'refused', error: new PipelineError('CLIENT_GONE', 'the client has closed the connection') })
    this.#reader?.onGone()
    this.#owner.onGone()
  }

  #arrived(arrival: Arrival): void {
    this.#settle(arrival)
    if (this.#reader !== undefined) this.passTo(this.#reader)
  }

  #settle(arrival: Arrival): void {
    this.#arrival ??= arrival
    for (const resolve of this.#asked.splice(0)) resolve(this.#arrival)
  }
}

function passedOn(): PipelineError {
  return new PipelineError('LIFECYCLE_MISUSE', 'the body went to the endpoint, ask for it before next is called')
}
