import { type BodyFormat, PipelineError } from '@redesmyn/core'

export const arrowMediaType = 'application/vnd.apache.arrow.stream'

export const problemMediaType = 'application/problem+json'

/** What is read as JSON beside `application/json`; the last is what `curl -d` sends. */
const jsonMediaTypes = new Set(['application/json', 'application/octet-stream', 'application/x-www-form-urlencoded'])
const utf8Charsets = new Set(['utf-8', 'utf8', 'us-ascii'])

/** How a body with this `content-type` and `content-encoding` is read. Throws MEDIA_TYPE_UNSUPPORTED. */
export function bodyFormatOf(contentType: string, contentEncoding: string): BodyFormat {
  if (contentEncoding !== '' && contentEncoding.trim().toLowerCase() !== 'identity') {
    throw unsupported(`content encoding "${contentEncoding}"`, 'identity')
  }
  if (contentType === 'application/json' || contentType === '') return 'json'
  const [mediaType, ...parameters] = contentType.toLowerCase().split(';')
  const name = mediaType.trim()
  if (name === arrowMediaType) return 'arrow'
  if (!jsonMediaTypes.has(name) && !name.startsWith('text/')) {
    throw unsupported(`content type "${contentType}"`, `application/json or ${arrowMediaType}`)
  }
  const charset = charsetOf(parameters)
  if (charset !== undefined && !utf8Charsets.has(charset)) throw unsupported(`charset "${charset}"`, 'utf-8')
  return 'json'
}

/** Throws MEDIA_TYPE_UNSUPPORTED where an endpoint does not take bodies of this format. */
export function assertAccepted(format: BodyFormat, accepted: readonly BodyFormat[]): void {
  if (!accepted.includes(format)) throw unsupported(`${format} bodies here`, accepted.join(' or '))
}

/** What `accept` asks for, else the format of the body. */
export function answerFormatOf(accept: string, bodyFormat: BodyFormat): BodyFormat {
  if (accept === '' || accept === '*/*') return bodyFormat
  const wanted = accept.toLowerCase()
  if (wanted.includes(arrowMediaType)) return 'arrow'
  return wanted.includes('application/json') ? 'json' : bodyFormat
}

function charsetOf(parameters: readonly string[]): string | undefined {
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=')
    if (name.trim() === 'charset') return value.trim().replaceAll('"', '')
  }
  return undefined
}

function unsupported(received: string, expected: string): PipelineError {
  return new PipelineError('MEDIA_TYPE_UNSUPPORTED', `no codec reads ${received}, expected ${expected}`)
}

/** Whether errors are to be told as RFC 9457 does. What most clients send is decided without a search. */
export function acceptsProblem(accept: string): boolean {
  return accept !== '' && accept !== '*/*' && accept.toLowerCase().includes(problemMediaType)
}
