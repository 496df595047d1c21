import { arrowMediaType, PipelineError } from '@redesmyn/core'

/** The bodies that have a path of their own: JSON records, or an Arrow IPC stream. */
export type BodyFormat = 'json' | 'arrow'

export const problemMediaType = 'application/problem+json'

/** What is read as JSON beside `application/json`; the last is what `curl -d` sends. */
const jsonMediaTypes = new Set(['application/json', 'application/octet-stream', 'application/x-www-form-urlencoded'])
const utf8Charsets = new Set(['utf-8', 'utf8', 'us-ascii'])

/** How a body with this `content-type` is read. Throws MEDIA_TYPE_UNSUPPORTED. */
export function bodyFormatOf(contentType: string): BodyFormat {
  if (contentType === 'application/json' || contentType === '') return 'json'
  if (mediaTypeOf(contentType) === arrowMediaType) return 'arrow'
  if (isJsonMediaType(contentType)) return 'json'
  throw unsupportedMediaType(`content type "${contentType}"`, `application/json or ${arrowMediaType}`)
}

/** Whether clients send JSON as this. Throws MEDIA_TYPE_UNSUPPORTED where it is text in another charset. */
export function isJsonMediaType(contentType: string): boolean {
  const mediaType = mediaTypeOf(contentType)
  if (!jsonMediaTypes.has(mediaType) && !mediaType.startsWith('text/')) return false
  const charset = charsetOf(contentType)
  if (charset === undefined || utf8Charsets.has(charset)) return true
  throw unsupportedMediaType(`charset "${charset}"`, 'utf-8')
}

/** Throws MEDIA_TYPE_UNSUPPORTED where an endpoint does not take bodies of this format. */
export function assertAccepted(format: BodyFormat, accepted: readonly BodyFormat[]): void {
  if (!accepted.includes(format)) throw unsupportedMediaType(`${format} bodies here`, accepted.join(' or '))
}

/** What `accept` asks for, else the format of the body. */
export function answerFormatOf(accept: string, bodyFormat: BodyFormat): BodyFormat {
  if (accept === '' || accept === '*/*') return bodyFormat
  const wanted = accept.toLowerCase()
  if (wanted.includes(arrowMediaType)) return 'arrow'
  return wanted.includes('application/json') ? 'json' : bodyFormat
}

/** `Image/PNG; a=b` → `image/png` */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
}

export function unsupportedMediaType(received: string, expected: string): PipelineError {
  return new PipelineError('MEDIA_TYPE_UNSUPPORTED', `no codec reads ${received}, expected ${expected}`)
}

function charsetOf(contentType: string): string | undefined {
  for (const parameter of contentType.toLowerCase().split(';').slice(1)) {
    const [name, value = ''] = parameter.split('=')
    if (name.trim() === 'charset') return value.trim().replaceAll('"', '')
  }
  return undefined
}

/** Whether errors are to be told as RFC 9457 does. What most clients send is decided without a search. */
export function acceptsProblem(accept: string): boolean {
  return accept !== '' && accept !== '*/*' && accept.toLowerCase().includes(problemMediaType)
}
