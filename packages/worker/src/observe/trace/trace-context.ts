import { randomFillSync } from 'node:crypto'

/** A place in a trace, as W3C's `traceparent` names it. */
export interface TraceContext {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string
  /** 16 of them. */
  readonly spanId: string
  readonly isSampled: boolean
}

/** A request's own place, and whose child it is. */
export interface RequestTrace extends TraceContext {
  readonly parentSpanId: string | undefined
  readonly traceparent: string
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** What a caller sent; `undefined` where it is not as the standard says, and then it is as if nothing had come. */
export function parseTraceparent(text: string): TraceContext | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, version = '', traceId = '', spanId = '', flags = '', more] = match
  // Later versions may append, the first may not; ff is none.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** A new place below another one, or at the root of a trace of its own. */
export function childOf(parent: TraceContext | undefined): TraceContext {
  return {
    traceId: parent?.traceId ?? randomHex(16),
    spanId: randomHex(8),
    isSampled: parent?.isSampled ?? true,
  }
}

function randomHex(bytes: number): string {
  return randomFillSync(Buffer.allocUnsafe(bytes)).toString('hex')
}
