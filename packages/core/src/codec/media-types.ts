import { PipelineError } from '../errors/pipeline-error.ts'

const mediaTypePattern = /^[a-z0-9!#$&^_.+-]+\/(?:\*|[a-z0-9!#$&^_.+-]+)$/

/** Media types as they are compared: in lower case. Throws CONFIG_INVALID for none, and for what is none. */
export function checkMediaTypes(owner: string, mediaTypes: readonly string[]): readonly string[] {
  const lower = Array.from(mediaTypes, (mediaType) => String(mediaType).toLowerCase())
  const wrong = lower.find((mediaType) => !mediaTypePattern.test(mediaType))
  if (lower.length > 0 && wrong === undefined) return Object.freeze(lower)
  const received = wrong === undefined ? 'none' : `"${wrong}"`
  throw new PipelineError(
    'CONFIG_INVALID',
    `${owner} needs media types such as "image/png" or "image/*", got ${received}`,
  )
}

/** Whether a media type can be the content type of an answer: parameters are allowed, a star is not. */
export function isConcrete(mediaType: string): boolean {
  return /^[\x20-\x7e]+\/[\x20-\x7e]+$/.test(mediaType) && !mediaType.includes('*')
}
