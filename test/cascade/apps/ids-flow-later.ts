import { column, stage } from '@redesmyn/core'
import { Type } from 'typebox'

/** A later version of a stage of `ids-flow.ts`: it takes a column more. */
export const score = stage({
  name: 'score',
  input: Type.Object({ id: column.int32(), name: Type.String() }),
  output: Type.Object({ id: column.int32(), y: Type.Number() }),
  handler: (batch) => ({
    id: batch.column('id').slice(),
    y: batch
      .column('id')
      .slice()
      .map((id) => id / 2),
  }),
})
