import { setTimeout } from 'node:timers/promises'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Wait = Type.Object({ waitMs: Type.Number() })

export const slow = stage({
  name: 'slow',
  input: Wait,
  output: Wait,
  handler: async (batch) => {
    await setTimeout(Math.max(...batch.column('waitMs')))
    return { waitMs: batch.column('waitMs') }
  },
})

export default endpoint('/slow', slow)

/** An app may hold on to the process: the command must end all the same. */
setInterval(() => {}, 60_000)
