import { compileJsonWriter, type Field, PipelineError, projectLayout, RecordBatch } from '@redesmyn/core'

/** The values of one column of a batch as JSON. */
export type JsonTexts = (row: number) => string

/** For lists and structs, and for bytes: what a server would write in their place. */
export function compileNestedJson(field: Field): (batch: RecordBatch) => JsonTexts {
  const writer = compileJsonWriter([field])
  return (batch) => {
    const layout = projectLayout(batch.layout, [field])
    if (layout === undefined)
      throw new PipelineError('INTERNAL', `a batch has no column "${field.name}" as its file has`)
    const rows = writer.bind(new RecordBatch(layout, batch.buffer, batch.rowCount))
    return (row) => rows.prediction(row)
  }
}
