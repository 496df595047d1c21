import { PipelineError } from '../errors/pipeline-error.ts'
import type { Codec } from './codec.ts'
import { checkMediaTypes, isConcrete } from './media-types.ts'

export interface RawBytesOptions {
  /**
   * The input column that a body is. A column of bytes takes the whole body as one row. A column of numbers, or of
   * lists of a fixed size, takes it as its values, little-endian, row after row. All other columns must be nullable.
   */
  readonly column: string
  /** Bodies that are read so. Default `application/octet-stream`. */
  readonly mediaTypes?: readonly string[]
  /** The output column that an answer is. Default: the only one; answers of several columns are JSON. */
  readonly output?: string
  /** Of answers. Default `application/octet-stream`. */
  readonly contentType?: string
}

const octetStream = 'application/octet-stream'

/** Bodies, and answers, that are the bytes of one column and nothing else. Throws CONFIG_INVALID. */
export function rawBytes(options: RawBytesOptions): Codec {
  const { column, output, contentType = octetStream } = options
  const mediaTypes = checkMediaTypes('codec "raw"', options.mediaTypes ?? [octetStream])
  if (!isConcrete(contentType)) {
    throw new PipelineError('CONFIG_INVALID', `contentType of codec "raw" must be a media type, got "${contentType}"`)
  }
  const form = Object.freeze({ kind: 'raw', column, output, contentType } as const)
  return Object.freeze({ '~kind': 'codec', name: 'raw', mediaTypes, form } as const)
}
