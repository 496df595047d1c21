import { PipelineError } from '../errors/pipeline-error.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyStage } from '../stage/any-stage.ts'

/** A stage that declares its columns and answers each row with one row. */
export interface RowStage extends AnyStage {
  readonly input: RecordSchema
  readonly output: RecordSchema
}

/** Throws CONFIG_INVALID for undeclared columns, and BETWEEN_UNSUPPORTED for other numbers of rows and for streams. */
export function assertAnswersRows(stage: AnyStage): RowStage {
  const { name, events, config } = stage
  if (events !== undefined) throw unsupported(name, 'streams its answer')
  if (config.returns !== 'same') throw unsupported(name, `returns "${config.returns}"`)
  if (isRowStage(stage)) return stage
  throw new PipelineError('CONFIG_INVALID', `stage "${name}" must declare input and output to be handed batches`)
}

function isRowStage(stage: AnyStage): stage is RowStage {
  return stage.input !== undefined && stage.output !== undefined
}

function unsupported(stage: string, what: string): PipelineError {
  const message = `stage "${stage}" ${what}, and a call over a placement answers each row with one`
  return new PipelineError('BETWEEN_UNSUPPORTED', message, { details: { stage } })
}
