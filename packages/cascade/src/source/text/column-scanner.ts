import type { ColumnLayout } from '@redesmyn/core'
import type { FieldRules } from './field-rules.ts'

/** What `scan` gives for a value that it cannot take. The record then goes the long way, where it may yet be valid. */
export const unusual = -1

/**
 * Reads values of one column from the bytes of a text straight into their place. What it takes is exactly what the
 * schema allows; of what the schema allows it takes what is common.
 */
export interface ColumnScanner {
  readonly rules: FieldRules
  /** Where to write from now on. */
  bind(layout: ColumnLayout, buffer: ArrayBuffer): void
  /** Writes the value that begins at `at`. Gives where it ends, or `unusual`; a row may be written more than once. */
  scan(bytes: Buffer, at: number, row: number): number
  writeNull(row: number): void
}
