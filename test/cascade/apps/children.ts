import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

export const talking = stage({
  name: 'talking',
  isolation: 'child',
  threads: 2,
  input: Type.Object({ do: Type.String(), ms: Type.Optional(Type.Number()) }),
  output: Type.Object({ pid: Type.Number() }),
  async handler(batch, context) {
    for (const row of batch.rows()) {
      if (row.do === 'print') {
        console.log('printed by a handler')
        process.stdout.write('and written\n')
      }
      if (row.do === 'log') context.log.warn({ said: 'this' }, 'Logged by a handler.')
      if (row.do === 'loop') for (;;);
      await new Promise((resolve) => setTimeout(resolve, row.ms ?? 0))
    }
    return batch.rows().map(() => ({ pid: process.pid }))
  },
})

export default endpoint('/', talking)
