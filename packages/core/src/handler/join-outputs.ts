import { PipelineError } from '../errors/pipeline-error.ts'
import { isArrayLike } from '../record-batch/array-like.ts'

/** What a handler returned for some rows, or one row that has an error instead. */
export type OutputPart<Output> =
  | { readonly kind: 'output'; readonly output: Output; readonly rowCount: number }
  | { readonly kind: 'rejected' }

/**
 * One output for all rows of the parts. Rejected rows get what another row has, which nobody reads. Throws
 * HANDLER_ERROR for outputs that are neither columns, rows nor values.
 */
export function joinOutputs<Output>(parts: readonly OutputPart<Output>[]): Output {
  const outputs = parts.flatMap((part) => (part.kind === 'output' ? [part.output] : []))
  const joined = outputs.every(isArrayLike) ? joinValues(parts, (output) => output) : joinColumns(parts, outputs)
  // The parts have the handler's own output type, and joining keeps it: columns stay columns, rows stay rows.
  return joined as Output
}

function joinColumns<Output>(
  parts: readonly OutputPart<Output>[],
  outputs: readonly Output[],
): Record<string, unknown[]> {
  const names = outputs.flatMap((output) => (isColumns(output) ? Object.keys(output) : []))
  return Object.fromEntries(
    [...new Set(names)].map((name) => [
      name,
      joinValues(parts, (output) => (isColumns(output) ? output[name] : undefined)),
    ]),
  )
}

function joinValues<Output>(parts: readonly OutputPart<Output>[], valuesOf: (output: Output) => unknown): unknown[] {
  const pieces = parts.map((part) =>
    part.kind === 'output' ? toArray(valuesOf(part.output), part.rowCount) : undefined,
  )
  const [filler] = pieces.find((piece) => piece !== undefined && piece.length > 0) ?? []
  return pieces.flatMap((piece) => piece ?? [filler])
}

function toArray(values: unknown, rowCount: number): unknown[] {
  if (isArrayLike(values) && values.length === rowCount) return Array.from(values)
  throw new PipelineError(
    'HANDLER_ERROR',
    `bisect needs ${rowCount} values a column to put the parts of a batch together again`,
  )
}

function isColumns(output: unknown): output is Readonly<Record<string, unknown>> {
  return typeof output === 'object' && output !== null && Object.getPrototypeOf(output) === Object.prototype
}
