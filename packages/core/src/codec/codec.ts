import { PipelineError } from '../errors/pipeline-error.ts'
import { checkMediaTypes, isConcrete } from './media-types.ts'

/**
 * How bodies are read and answers written for some media types. `In` is a record that its decoder gives, `Out` a row
 * that its encoder takes: an endpoint takes only codecs whose records and rows are those of its stages.
 */
export interface Codec<In = never, Out = unknown> {
  readonly '~kind': 'codec'
  /** Unique within an endpoint. */
  readonly name: string
  /** In lower case, without parameters; `image/*` stands for all of a kind. */
  readonly mediaTypes: readonly string[]
  readonly form: CodecForm
  /** For the compiler only. */
  readonly '~types'?: (row: Out) => In
}

/** What the runtime does for a codec. */
export type CodecForm = { readonly kind: 'json' } | { readonly kind: 'arrow' } | RawForm | RecordForm

/** The bytes of one column, as they are. */
export interface RawForm {
  readonly kind: 'raw'
  /** The input column that a body fills. */
  readonly column: string
  /** The output column that an answer is; undefined: the only one, where there is only one. */
  readonly output: string | undefined
  readonly contentType: string
}

/** Records, made and taken apart by functions. */
export interface RecordForm {
  readonly kind: 'records'
  readonly decode: ((body: Uint8Array, headers: CodecHeaders) => unknown) | undefined
  readonly encode: ((rows: readonly never[], answer: CodecAnswer) => Uint8Array | string) | undefined
  readonly contentType: string
  /** Whether `decode` gives whole numbers as bigints that other columns than 64-bit integers want as numbers. */
  readonly narrowsBigInts: boolean
}

/** `content-type`, and those that the endpoint's `headers` lists; '' where the request has none. */
export type CodecHeaders = Readonly<Record<string, string>>

/** What an encoder may want to know beside the rows. */
export interface CodecAnswer {
  /** Whether the request brought one record, and not a list. */
  readonly isSingle: boolean
  readonly requestId: string
}

/** A codec by its two functions; one of them may be left out, where bodies are only read or answers only written. */
export interface CodecOptions<In, Out> {
  readonly name: string
  readonly mediaTypes: readonly string[]
  /**
   * One record, or a list of them, out of a whole body, of which they may hold views. What it throws is answered 400,
   * with its message. Both functions run where all requests are received: work of milliseconds is for a stage.
   */
  readonly decode?: (body: Uint8Array, headers: CodecHeaders) => In | readonly In[]
  /**
   * The body of an answer out of its rows, which are views of shared memory: what is kept must be copied. What it
   * throws is answered 500, with its message in the log only.
   */
  readonly encode?: (rows: readonly Out[], answer: CodecAnswer) => Uint8Array | string
  /** Of answers. Default: the first of `mediaTypes`. */
  readonly contentType?: string
}

/** A codec of the user's own. Throws CONFIG_INVALID. */
export function codec<In = never, Out = unknown>(options: CodecOptions<In, Out>): Codec<In, Out> {
  return createRecordCodec(options, { narrowsBigInts: false })
}

export function createRecordCodec<In, Out>(
  options: CodecOptions<In, Out>,
  { narrowsBigInts }: Pick<RecordForm, 'narrowsBigInts'>,
): Codec<In, Out> {
  const { name, decode, encode } = options
  const owner = `codec "${name}"`
  const mediaTypes = checkMediaTypes(owner, options.mediaTypes)
  if (decode === undefined && encode === undefined) throw invalid(`${owner} needs decode, encode or both`)
  const contentType = options.contentType ?? mediaTypes[0]
  if (encode !== undefined && !isConcrete(contentType)) throw invalid(`${owner} needs a contentType for its answers`)
  return Object.freeze({
    '~kind': 'codec',
    name,
    mediaTypes,
    form: Object.freeze({ kind: 'records', decode, encode, contentType, narrowsBigInts }),
  })
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
