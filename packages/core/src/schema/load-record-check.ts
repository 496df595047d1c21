import { createRecordCheck, type RecordCheck, type RecordCheckOptions } from './record-check.ts'
import type { RecordSchema } from './record-schema.ts'

/**
 * A check for who has no compiler at hand: TypeBox's own is loaded for it. An app that is served or run brings a bundled
 * one, which loads in a fraction of the time.
 */
export async function loadRecordCheck(schema: RecordSchema, options: RecordCheckOptions): Promise<RecordCheck> {
  const { Compile } = await import('typebox/compile')
  return createRecordCheck(schema, Compile, options)
}
