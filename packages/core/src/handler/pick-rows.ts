import { isArrayLike } from '../record-batch/array-like.ts'
import type { HandlerColumns } from '../record-batch/output/column-sources.ts'
import { openValues } from '../record-batch/output/open-values.ts'
import type { Field } from '../schema/field.ts'

/** Some rows of what a handler returned as a list; undefined for anything else. A list of another length stays as it is. */
export function pickRows(returned: unknown, kept: readonly number[], rowCount: number): ArrayLike<unknown> | undefined {
  if (!isArrayLike(returned)) return undefined
  return returned.length === rowCount ? kept.map((row) => returned[row]) : returned
}

/** Some rows of columns; one of another length stays as it is, so that whoever writes it says so. */
export function pickColumns(columns: HandlerColumns, kept: readonly number[], rowCount: number): HandlerColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const values = openValues({ ...anyField, name }, column)
      if (values?.length !== rowCount) return [name, column]
      return [name, { length: kept.length, get: (row: number) => values.get(kept[row]) }]
    }),
  )
}

/** Reading values takes no account of their type. */
const anyField: Field = Object.freeze({ name: '', type: Object.freeze({ kind: 'utf8' }), isNullable: true })
