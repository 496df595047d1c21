import { type AnyStage, type Compile, createRecordCheck, PipelineError, recordInvalid } from '@redesmyn/core'

/** A stage's examples, coerced where the stage says so. Throws CONFIG_INVALID naming the first that does not fit the input. */
export function readExamples({ name, input, config }: AnyStage, compile: Compile): readonly unknown[] {
  if (input === undefined || config.examples.length === 0) return config.examples
  const check = createRecordCheck(input, compile, { coerce: config.coerce })
  const records = config.examples.map((record) => check.coerce(record))
  const issues = records.flatMap((record, row) => check.issues(record, row))
  if (issues.length === 0) return records
  const { message } = recordInvalid(issues)
  throw new PipelineError('CONFIG_INVALID', `examples of stage "${name}" do not fit its input: ${message}`)
}
