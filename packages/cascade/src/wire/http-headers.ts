/** Where a stage server answers, below its base URL. */
export const httpPaths = Object.freeze({
  /** Followed by the name of a stage. */
  calls: '/cascade/v1/',
  contracts: '/.well-known/cascade',
})

/** Headers of calls and of their answers that HTTP itself does not have. */
export const httpHeaders = Object.freeze({
  /** Fingerprint of the columns that the sender believes the stage to take. */
  schema: 'cascade-schema',
  idempotencyKey: 'idempotency-key',
  attempt: 'cascade-attempt',
  /** Milliseconds that are left. */
  deadline: 'cascade-deadline-ms',
  /** `region=north&day=1`, each name and value URL-encoded. */
  partition: 'cascade-partition',
  traceparent: 'traceparent',
  /** How many rows failed on their own: left out where none did. */
  rejects: 'cascade-rejects',
  /** Bytes for which there is room now. */
  credits: 'cascade-credits',
  /** `1`: none of the rows was seen by the stage. */
  notExecuted: 'cascade-not-executed',
  serverTiming: 'server-timing',
  retryAfter: 'retry-after',
})

/** Of a request or an answer, names in lower case. */
export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>

/** A header that came at most once; undefined where it did not. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
