import type { ErrorCode } from '@redesmyn/core'

/** What a line is: a record that keeps the schema, or why it is none. */
export type ReadRecord =
  | { readonly kind: 'record'; readonly record: Readonly<Record<string, unknown>> }
  | { readonly kind: 'bad'; readonly code: ErrorCode; readonly message: string }
