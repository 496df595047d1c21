import type { Codec } from './codec.ts'

export const arrowMediaType = 'application/vnd.apache.arrow.stream'

/**
 * Records as JSON. Where no other codec of an endpoint claims them, it also reads `text/*`, `application/octet-stream`,
 * what `curl -d` sends, and bodies without a content type.
 */
export const json: Codec = Object.freeze({
  '~kind': 'codec',
  name: 'json',
  mediaTypes: ['application/json'],
  form: { kind: 'json' } as const,
})

/** Columns as an Arrow IPC stream. */
export const arrow: Codec = Object.freeze({
  '~kind': 'codec',
  name: 'arrow',
  mediaTypes: [arrowMediaType],
  form: { kind: 'arrow' } as const,
})
