import { PipelineError } from '../errors/pipeline-error.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import { arrow, json } from './built-in-codecs.ts'
import type { Codec, RawForm } from './codec.ts'
import { rawWidthOf } from './raw-width.ts'

/** What the codecs of an endpoint read into, and write from. */
export interface CodecColumns {
  readonly input: RecordSchema | undefined
  readonly output: RecordSchema | undefined
}

/** Codecs as an endpoint uses them, JSON and Arrow by default. Throws CONFIG_INVALID for those that do not fit. */
export function checkCodecs(owner: string, codecs: unknown, columns: CodecColumns): readonly Codec[] {
  if (codecs === undefined) return defaultCodecs
  if (!Array.isArray(codecs) || codecs.length === 0 || !codecs.every(isCodec)) {
    throw invalid(`codecs of ${owner} must be a list of codecs, such as [json, rawBytes({ column: "image" })]`)
  }
  const names = new Set(codecs.map(({ name }) => name))
  if (names.size < codecs.length) throw invalid(`two codecs of ${owner} have the same name`)
  for (const { form } of codecs) if (form.kind === 'raw') checkRaw(owner, form, columns)
  return Object.freeze([...codecs])
}

const defaultCodecs: readonly Codec[] = Object.freeze([json, arrow])

function checkRaw(owner: string, { column, output: answered }: RawForm, { input, output }: CodecColumns): void {
  const field = input?.fields.find(({ name }) => name === column)
  if (input !== undefined && field === undefined)
    throw invalid(`rawBytes of ${owner} fills a column "${column}" that is not there`)
  if (field !== undefined && rawWidthOf(field) === undefined) {
    throw invalid(`rawBytes of ${owner} cannot fill the column "${column}": it is neither bytes nor numbers`)
  }
  const other = input?.fields.find(({ name, isNullable }) => name !== column && !isNullable)
  if (other !== undefined)
    throw invalid(`rawBytes of ${owner} leaves the column "${other.name}" out, which is not nullable`)
  if (answered === undefined) return
  const answer = output?.fields.find(({ name }) => name === answered)
  if (answer === undefined || rawWidthOf(answer) === undefined) {
    throw invalid(`rawBytes of ${owner} answers a column "${answered}" that is neither bytes nor numbers`)
  }
}

function isCodec(value: unknown): value is Codec {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'codec'
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
