import type { Clock, PipelineError } from '@redesmyn/core'

/** A header's name, in lower case, and the same as bytes: see header-text.ts. */
export interface HeaderName {
  readonly text: string
  readonly bytes: ArrayBuffer
}

export type ReplyBody = string | Uint8Array | readonly Uint8Array[]

/** One HTTP request and its one answer, whichever front end carries them. */
export interface Exchange {
  readonly method: string
  /** As sent: still percent-encoded, without the query. */
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  /** In which form an error is told: set by whoever reads `accept`. */
  errorForm: ErrorForm
  /** A request header, '' when absent. Only readable until `FrontEndListener.onExchange` returns. */
  header(name: HeaderName): string
  /** All of them by lower-case name, repeated ones joined by commas: for the few who need them. Readable as long. */
  headers(): Readonly<Record<string, string>>
  /** The peer's address, '' where there is none. Readable as long. */
  remoteAddress(): string
  /**
   * Collects the body and tells the reader. At most once per exchange, and before `onExchange` returns. The reader may
   * hear of a refusal before this returns; a body that nobody reads, or that is refused, is received and dropped.
   */
  readBody(limits: BodyLimits, reader: BodyReader): void
  /**
   * Answers. Later calls, and calls after `onGone`, do nothing. Header names and values must be printable: the caller
   * checks what does not come from us. Content-Length is the front end's. The bytes are the caller's again on return.
   */
  reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void
}

/** Ours, or that of RFC 9457. */
export type ErrorForm = 'json' | 'problem'

/** Name and value; the bytes of both where the header never changes: see `constantHeader`. */
export type ReplyHeader = readonly [name: string, value: string, bytes?: EncodedHeader]

export interface EncodedHeader {
  readonly name: ArrayBuffer
  readonly value: ArrayBuffer
}

export interface BodyLimits {
  readonly maxBytes: number
  /** From the head of the request to the last byte of its body. */
  readonly timeoutMs: number
}

/**
 * Whose the bytes of a body are: the front end's, which lends them until `onBody` returns, or the reader's, with the
 * whole ArrayBuffer they lie in: a body in several pieces was gathered for nobody else.
 */
export type BytesOwner = 'front-end' | 'reader'

/** Exactly one of `onBody` and `onRefused` is called, unless `onGone` comes first. `onGone` may follow `onBody`. */
export interface BodyReader {
  onBody(bytes: Uint8Array, owner: BytesOwner): void
  /** BODY_TOO_LARGE, UPLOAD_STALLED, or QUEUE_FULL when bodies in flight reach their bound. The reader replies. */
  onRefused(error: PipelineError): void
  /** The client closed the connection before the answer was written. */
  onGone(): void
}

/** Neither a listener nor a reader may throw: there is nobody above them who could answer. */
export interface FrontEndListener {
  onExchange(exchange: Exchange): void
}

export interface FrontEndAddress {
  readonly host: string
  readonly port: number
}

/** The port between HTTP and everything behind it. Both front ends pass the suite in test/worker/http. */
export interface FrontEnd {
  /** Rejects with CONFIG_INVALID (cause EADDRINUSE …) when the address cannot be had. */
  listen(listener: FrontEndListener): Promise<FrontEndAddress>
  /** Stops accepting connections; those that are open stay usable until `close`. */
  stopListening(): void
  /** Closes every connection that has no exchange in flight at once and the others after `graceMs`. */
  close(graceMs: number): Promise<void>
}

export interface FrontEndOptions {
  readonly host: string
  readonly port: number
  /** Bytes of bodies still arriving, over all connections. */
  readonly maxInFlightBytes: number
  /** Times bodies; see `DeadlineList` for how exactly. */
  readonly clock: Clock
}
