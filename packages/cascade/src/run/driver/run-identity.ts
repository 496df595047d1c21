import { randomBytes } from 'node:crypto'

/** What one run is called in records, logs and traces. */
export interface RunIdentity {
  readonly runId: string
  readonly traceId: string
  /** W3C trace context. */
  readonly traceparent: string
}

/** `now`: a UTC time, so that runs sort as they began. */
export function newRunIdentity(now: Date): RunIdentity {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  const traceId = randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  return {
    runId: `${stamp}-${randomBytes(3).toString('hex')}`,
    traceId,
    traceparent: `00-${traceId}-${spanId}-01`,
  }
}
