import type { Field } from '../../schema/field.ts'
import type { BatchLayout } from '../layout.ts'
import { assignLayout } from './assign-layout.ts'

/**
 * The same bytes as columns of other fields, in their order; `undefined` where a column is missing or its values would
 * have to be rewritten. Whether there are nulls is not looked at: the schemas must have ruled them out.
 */
export function projectLayout(layout: BatchLayout, fields: readonly Field[]): BatchLayout | undefined {
  if (layout.fields === fields) return layout
  const columns = fields.flatMap((field) => {
    const column = layout.columns.find((candidate) => candidate.field.name === field.name)
    return (column && assignLayout(field, column)) ?? []
  })
  return columns.length === fields.length ? { ...layout, fields, columns } : undefined
}
