import type { RecordSchema } from '../schema/record-schema.ts'
import { withoutAbsent } from '../schema/value-rules.ts'

/** A row that one stage gave, as another takes it: without the nulls that stand for members that may be left out. */
export function recordOf(row: unknown, { input }: { readonly input: RecordSchema | undefined }): unknown {
  return input === undefined || !isRow(row) ? row : withoutAbsent(row, input.json)
}

function isRow(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null
}
