import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

console.log('said while it loads')

export const chatty = stage({
  name: 'chatty',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ y: Type.Number() }),
  threads: 1,
  handler(batch) {
    console.log('said by the handler')
    return { y: batch.column('x').slice() }
  },
})
