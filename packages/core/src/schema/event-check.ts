import { PipelineError } from '../errors/pipeline-error.ts'
import type { Compile } from './compile.ts'
import type { EventFormat } from './event-schema.ts'
import { createRecordCheck } from './record-check.ts'

/** Throws OUTPUT_SCHEMA_MISMATCH for data that the stage's events do not allow. */
export type EventCheck = (data: unknown) => void

/** Handlers are checked by the compiler, but what they pass on from elsewhere is not. */
export function createEventCheck(events: EventFormat, compile: Compile, stage: string): EventCheck {
  if (events.kind === 'text') {
    return (data) => {
      if (typeof data !== 'string') throw mismatch(stage, `expected a text, got ${typeof data}`)
    }
  }
  const check = createRecordCheck(events.record, compile, { coerce: false })
  return (data) => {
    if (check.isValid(data)) return
    const [issue] = check.issues(data, 0)
    throw mismatch(stage, issue === undefined ? 'it breaks the schema' : `"${issue.pointer}" ${issue.message}`)
  }
}

function mismatch(stage: string, reason: string): PipelineError {
  const message = `stage "${stage}" yielded an event that its schema does not allow: ${reason}`
  return new PipelineError('OUTPUT_SCHEMA_MISMATCH', message, { details: { stage } })
}
