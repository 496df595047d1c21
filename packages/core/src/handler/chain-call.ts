import { PipelineError } from '../errors/pipeline-error.ts'
import { assignFields } from '../record-batch/assign/assign-fields.ts'
import { defaultCapacity } from '../record-batch/capacity.ts'
import { layoutBatch } from '../record-batch/layout.ts'
import type { HandlerColumns } from '../record-batch/output/column-sources.ts'
import { writeOutput } from '../record-batch/output/write-output.ts'
import { RecordBatch } from '../record-batch/record-batch.ts'
import type { Field } from '../schema/field.ts'
import type { AnyBatch } from './batch.ts'
import { DerivedContext } from './derived-context.ts'
import type { AnyHandler } from './handler.ts'
import type { HandlerContext } from './handler-context.ts'
import { keptRows, readKept } from './read-kept.ts'
import type { AnyTypedHandler } from './typed-handler.ts'

type Link = AnyTypedHandler & AnyHandler

/** What one handler of a chain was given, and the rows of it that it rejected. */
interface LinkCall {
  readonly index: number
  readonly batch: AnyBatch
  readonly rejected: ReadonlySet<number>
}

/** One call of a chain: handler after handler, at once where they answer at once. */
export class ChainCall {
  readonly #links: readonly Link[]
  readonly #outer: AnyBatch
  readonly #context: HandlerContext<unknown>
  /** Rows of the outer batch that are still on their way; undefined: all. */
  #rows: readonly number[] | undefined

  constructor(links: readonly Link[], outer: AnyBatch, context: HandlerContext<unknown>) {
    this.#links = links
    this.#outer = outer
    this.#context = context
  }

  run(): unknown {
    return this.#call(0, undefined)
  }

  /** `input` is undefined for the first handler, which looks at the outer batch's own columns. */
  #call(index: number, input: RecordBatch | undefined): unknown {
    const { output } = this.#links[index]
    const rowCount = input?.rowCount ?? this.#outer.rowCount
    const room = this.#isOutermost(index) ? undefined : roomFor(output.fields, rowCount)
    const batch = this.#outer['~derive']({ input, output: room })
    const rejected = new Set<number>()
    const onReject = (row: number) => void rejected.add(row)
    const context = new DerivedContext(this.#context, { rows: this.#rows, onReject })
    const returned = this.#links[index](batch, context)
    const call = { index, batch, rejected }
    return isPromiseLike(returned) ? returned.then((settled) => this.#goOn(call, settled)) : this.#goOn(call, returned)
  }

  #goOn(call: LinkCall, returned: unknown): unknown {
    const { index, batch, rejected } = call
    if (this.#isOutermost(index)) return returned
    const kept = keptRows(batch.rowCount, rejected)
    // Nobody looks at the output of a batch whose every row has an error.
    if (kept?.length === 0) return []
    const output = this.#write(call, returned, kept)
    const rows = this.#rows
    if (kept !== undefined) this.#rows = rows === undefined ? kept : kept.map((row) => rows[row])
    const next = this.#links[index + 1]
    if (next === undefined) return spread(output, this.#rows ?? [], this.#outer.rowCount)
    const isSame = output.layout.fields === next.input.fields
    return this.#call(index + 1, isSame ? output : assignFields(output, next.input.fields))
  }

  /** The last handler answers for the outer batch itself, as long as that has lost no row. */
  #isOutermost(index: number): boolean {
    return index === this.#links.length - 1 && this.#rows === undefined
  }

  #write({ index, batch }: LinkCall, returned: unknown, kept: readonly number[] | undefined): RecordBatch {
    const { fields } = this.#links[index].output
    const { stage } = this.#context
    try {
      const columns = readKept(batch, returned, { fields, stage, kept })
      return writeOutput(fields, { columns, rowCount: kept?.length ?? batch.rowCount, stage })
    } catch (error) {
      throw inHandler(index, error)
    }
  }
}

/** Zeroed, for `batch.out`; texts and lists are returned and need no room here. */
function roomFor(fields: readonly Field[], rowCount: number): RecordBatch {
  const layout = layoutBatch(fields, defaultCapacity(fields, rowCount, 1))
  return new RecordBatch(layout, new ArrayBuffer(layout.byteLength), rowCount)
}

/** Columns for all rows of the outer batch; those that were rejected on the way get what another row has. */
function spread(output: RecordBatch, rows: readonly number[], rowCount: number): HandlerColumns {
  const places = new Array<number>(rowCount).fill(0)
  for (const [place, row] of rows.entries()) places[row] = place
  return Object.fromEntries(
    output.columns.map((column) => [
      column.field.name,
      { length: rowCount, get: (row: number) => column.get(places[row]) },
    ]),
  )
}

function inHandler(index: number, error: unknown): unknown {
  if (!(error instanceof PipelineError)) return error
  const { code, message, details } = error
  return new PipelineError(code, `handler ${index + 1} of a chain: ${message}`, {
    details: { ...details, handler: index + 1 },
    cause: error,
  })
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
