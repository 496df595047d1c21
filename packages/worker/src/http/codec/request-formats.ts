import { answerFormatOf, assertAccepted, type BodyFormat, bodyFormatOf } from '../media-type.ts'
import type { AnswerCodec, BodyCodec } from './body-codec.ts'

/** How a request is read and answered. */
export interface RequestFormats {
  readonly body: BodyFormat | BodyCodec
  readonly answer: BodyFormat | AnswerCodec
}

/** Says which formats a request asks for. Throws MEDIA_TYPE_UNSUPPORTED for a content type that nothing reads. */
export interface FormatChooser {
  formatsOf(contentType: string, accept: string): RequestFormats
}

/** Of an endpoint that takes nothing but JSON and Arrow. */
export class PlainFormats implements FormatChooser {
  readonly #accepted: readonly BodyFormat[]

  constructor(accepted: readonly BodyFormat[]) {
    this.#accepted = accepted
  }

  formatsOf(contentType: string, accept: string): RequestFormats {
    const body = bodyFormatOf(contentType)
    assertAccepted(body, this.#accepted)
    return plainFormats[body][answerFormatOf(accept, body)]
  }
}

/** One object for each pair, so that no request makes one. */
const plainFormats = Object.freeze({
  json: { json: { body: 'json', answer: 'json' }, arrow: { body: 'json', answer: 'arrow' } },
  arrow: { json: { body: 'arrow', answer: 'json' }, arrow: { body: 'arrow', answer: 'arrow' } },
} as const satisfies Record<BodyFormat, Record<BodyFormat, RequestFormats>>)
