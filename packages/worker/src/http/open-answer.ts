import type { Answer } from './answer.ts'
import { ArrowAnswer } from './arrow-answer.ts'
import type { ArrowEncoder } from './arrow-encoder.ts'
import type { RequestFormats } from './codec/request-formats.ts'
import { JsonAnswer, type JsonAnswerParts } from './json-answer.ts'

/** Of how many rows an answer is made. */
export interface AnswerShape extends JsonAnswerParts {
  /** To one record, not to a list. */
  readonly isSingle: boolean
}

export const singleRow: AnswerShape = Object.freeze({
  rowCount: 1,
  isSingle: true,
  nullRows: undefined,
  onInvalid: 'fail',
})

/** Gathers the rows of a request in the format of its answer. Throws REQUEST_INVALID where so many rows have none there. */
export function openAnswer(format: RequestFormats['answer'], shape: AnswerShape, encoder: ArrowEncoder): Answer {
  if (format === 'json') return new JsonAnswer(shape)
  return format === 'arrow' ? new ArrowAnswer(shape.rowCount, encoder) : format.open(shape.rowCount, shape.isSingle)
}
