import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

export default stage({
  name: 'double',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ y: Type.Number() }),
  handler: (batch) => ({ y: batch.column('x').map((x) => 2 * x) }),
})
