import { setTimeout } from 'node:timers/promises'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

/** Answers after as many milliseconds as the slowest record asks for. */
export const slow = stage({
  name: 'slow',
  input: Type.Object({ waitMs: Type.Number() }),
  output: Type.Object({ waitedMs: Type.Number() }),
  handler: async (batch) => {
    await setTimeout(Math.max(...batch.column('waitMs')))
    return { waitedMs: batch.column('waitMs') }
  },
})

export default endpoint('/slow', slow)
