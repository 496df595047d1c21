import type { CodecForm, Endpoint } from '@redesmyn/core'

/** A form in which bodies are read or answers written. */
export interface EndpointMedia {
  readonly mediaType: string
  /** Whether the schema of the stage describes it: what is not JSON says itself what it holds. */
  readonly hasSchema: boolean
}

/** What an endpoint reads. */
export function requestMedia({ config }: Endpoint): readonly EndpointMedia[] {
  return config.codecs.flatMap(({ form, mediaTypes }) => {
    if (form.kind === 'records' && form.decode === undefined) return []
    return mediaTypes.map((mediaType) => ({ mediaType, hasSchema: form.kind === 'json' }))
  })
}

/** What an endpoint writes. */
export function answerMedia({ config }: Endpoint): readonly EndpointMedia[] {
  return config.codecs.flatMap(({ form, mediaTypes }) => {
    const mediaType = answerTypeOf(form, mediaTypes)
    return mediaType === undefined ? [] : [{ mediaType, hasSchema: form.kind === 'json' }]
  })
}

function answerTypeOf(form: CodecForm, mediaTypes: readonly string[]): string | undefined {
  if (form.kind === 'records') return form.encode && form.contentType
  return form.kind === 'raw' ? form.contentType : mediaTypes[0]
}
