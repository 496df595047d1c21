import type { Field } from '../../schema/field.ts'
import type { BatchWriter } from '../batch-writer.ts'
import { type Capacity, countVariableNodes } from '../capacity.ts'
import { columnSources, type HandlerColumns, openSource } from './column-sources.ts'

/**
 * Checks a handler's columns and copies them into the room for outputs. False, and nothing written, when they do not
 * fit. Throws OUTPUT_SCHEMA_MISMATCH and HANDLER_OUTPUT_MISMATCH.
 */
export function writeColumns(writer: BatchWriter, columns: HandlerColumns, rowCount: number, stage: string): boolean {
  return writer.appendColumns(columnSources(writer.layout.fields, columns, rowCount, stage), 0, rowCount)
}

/** The exact room that a handler's columns take. What is wrong with them, writing them tells. */
export function measureColumns(fields: readonly Field[], columns: HandlerColumns, rowCount: number): Capacity {
  const measure = (field: Field): readonly number[] => {
    const source = openSource(field, columns, rowCount)
    if (source?.length === rowCount) return source.measure(0, rowCount)
    return new Array<number>(countVariableNodes([field])).fill(0)
  }
  return { rows: rowCount, variable: fields.flatMap(measure) }
}
