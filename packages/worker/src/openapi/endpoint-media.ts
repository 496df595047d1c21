import type { BodyFormat, Endpoint } from '@redesmyn/core'
import { arrowMediaType } from '../http/media-type.ts'

/** A form in which bodies are read or answers written. */
export interface EndpointMedia {
  readonly mediaType: string
  /** Whether the schema of the stage describes it: what is not JSON says itself what it holds. */
  readonly hasSchema: boolean
}

const mediaTypes: Readonly<Record<BodyFormat, string>> = { json: 'application/json', arrow: arrowMediaType }

/** What an endpoint reads. */
export function requestMedia({ config }: Endpoint): readonly EndpointMedia[] {
  return config.accepts.map(mediaOf)
}

/** What an endpoint writes. */
export function answerMedia(): readonly EndpointMedia[] {
  return (['json', 'arrow'] as const).map(mediaOf)
}

function mediaOf(format: BodyFormat): EndpointMedia {
  return { mediaType: mediaTypes[format], hasSchema: format === 'json' }
}
