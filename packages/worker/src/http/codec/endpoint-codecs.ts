import { type Codec, type Endpoint, PipelineError, type RawForm, rawWidthOf, type RecordForm } from '@redesmyn/core'
import type { Answer } from '../answer.ts'
import { type BodyFormat, isJsonMediaType, mediaTypeOf, unsupportedMediaType } from '../media-type.ts'
import type { RecordReader } from '../record-reader.ts'
import { type AcceptedRange, parseAccept, qualityOf } from './accept.ts'
import type { AnswerCodec, BodyCodec } from './body-codec.ts'
import { openRawBody } from './raw-body.ts'
import { RawAnswer } from './raw-answer.ts'
import { RecordAnswer } from './record-answer.ts'
import { RecordBody } from './record-body.ts'
import { type FormatChooser, PlainFormats, type RequestFormats } from './request-formats.ts'

interface OpenCodec {
  readonly mediaTypes: readonly string[]
  /** What answers are; undefined where it writes none. */
  readonly contentType: string | undefined
  readonly body: BodyFormat | BodyCodec | undefined
  readonly answer: BodyFormat | AnswerCodec | undefined
}

/** The codecs of an endpoint at work. */
export function openCodecs(endpoint: Endpoint, records: RecordReader): FormatChooser {
  const { codecs } = endpoint.config
  const plain = codecs.flatMap(({ form }) => (form.kind === 'json' || form.kind === 'arrow' ? [form.kind] : []))
  return plain.length === codecs.length ? new PlainFormats(plain) : new EndpointCodecs(endpoint, records)
}

/** The codecs of an endpoint that has others than JSON and Arrow: says which of them a request asks for. */
class EndpointCodecs implements FormatChooser {
  readonly #codecs: readonly OpenCodec[]
  /** Most requests ask for the same as the one before. */
  #last: (RequestFormats & { readonly contentType: string; readonly accept: string }) | undefined

  constructor(endpoint: Endpoint, records: RecordReader) {
    this.#codecs = endpoint.config.codecs.map((codec) => openCodec(codec, endpoint, records))
  }

  /** Throws MEDIA_TYPE_UNSUPPORTED for a content type that none of them reads. */
  formatsOf(contentType: string, accept: string): RequestFormats {
    const last = this.#last
    if (last !== undefined && last.contentType === contentType && last.accept === accept) return last
    const reader = this.#readerOf(contentType)
    const formats = { contentType, accept, body: reader.body ?? 'json', answer: this.#answerOf(accept, reader) }
    this.#last = formats
    return formats
  }

  /** The first that claims the media type; JSON takes what nobody claims and clients send JSON as. */
  #readerOf(contentType: string): OpenCodec {
    const readers = this.#codecs.filter(({ body }) => body !== undefined)
    const json = readers.find(({ body }) => body === 'json')
    const [first] = readers
    if (contentType === '' && first !== undefined) return json ?? first
    const mediaType = mediaTypeOf(contentType)
    const claiming = readers.find(({ mediaTypes }) => mediaTypes.some((known) => isWithin(mediaType, known)))
    if (claiming !== undefined && claiming !== json) return claiming
    if (json !== undefined && isJsonMediaType(contentType)) return json
    const expected = readers.flatMap(({ mediaTypes }) => mediaTypes).join(' or ')
    throw unsupportedMediaType(`content type "${contentType}"`, expected)
  }

  /** What `accept` likes best; among equals, and where it likes none, that of the body. JSON can always be written. */
  #answerOf(accept: string, reader: OpenCodec): BodyFormat | AnswerCodec {
    const ranges: readonly AcceptedRange[] = parseAccept(accept)
    let best: { readonly answer: BodyFormat | AnswerCodec; readonly quality: number } | undefined
    for (const { answer, contentType } of [reader, ...this.#codecs, jsonAnswers]) {
      if (answer === undefined || contentType === undefined) continue
      const quality = qualityOf(mediaTypeOf(contentType), ranges)
      if (quality > (best?.quality ?? 0)) best = { answer, quality }
    }
    return best?.answer ?? reader.answer ?? 'json'
  }
}

function openCodec({ mediaTypes, form }: Codec, endpoint: Endpoint, records: RecordReader): OpenCodec {
  const { stage, output } = endpoint
  switch (form.kind) {
    case 'json':
      return { mediaTypes, contentType: 'application/json', body: 'json', answer: 'json' }
    case 'arrow':
      return { mediaTypes, contentType: mediaTypes[0], body: 'arrow', answer: 'arrow' }
    case 'raw': {
      const answer = openRawAnswers(form, output?.fields ?? [])
      return { mediaTypes, contentType: form.contentType, body: openRawBody(form, stage, records), answer }
    }
    case 'records':
      return {
        mediaTypes,
        contentType: form.contentType,
        body: form.decode && new RecordBody(form, stage, records),
        answer: form.encode && openRecordAnswers(form),
      }
  }
}

function openRecordAnswers(form: RecordForm): AnswerCodec {
  return { open: (rowCount, isSingle): Answer => new RecordAnswer(form, rowCount, isSingle) }
}

/** `undefined` where no one column of bytes or numbers is the answer. */
function openRawAnswers(form: RawForm, fields: NonNullable<Endpoint['output']>['fields']): AnswerCodec | undefined {
  const field = form.output === undefined ? fields[0] : fields.find(({ name }) => name === form.output)
  const isOnly = form.output !== undefined || fields.length === 1
  const width = field && rawWidthOf(field)
  if (field === undefined || width === undefined || !isOnly) return undefined
  return {
    open(rowCount): Answer {
      if (width === 0 && rowCount > 1) {
        const message = `an answer of bare bytes is one record's, the request has ${rowCount}`
        throw new PipelineError('REQUEST_INVALID', message)
      }
      return new RawAnswer(form, field.name, rowCount)
    },
  }
}

const jsonAnswers = Object.freeze({ contentType: 'application/json', answer: 'json' } as const)

/** Whether `image/png` is of `image/*`. */
function isWithin(mediaType: string, known: string): boolean {
  return known === mediaType || (known.endsWith('/*') && mediaType.startsWith(known.slice(0, -1)))
}
