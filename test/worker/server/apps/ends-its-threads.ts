import { isMainThread } from 'node:worker_threads'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

if (!isMainThread) process.exit(3)

export const doomed = stage({
  name: 'doomed',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ x: Type.Number() }),
  handler: (batch) => ({ x: batch.column('x') }),
})

export default endpoint('/doomed', doomed)
