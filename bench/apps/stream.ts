import { eachRowStream, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

export const events = stage({
  name: 'events',
  input: Type.Object({ count: Type.Integer() }),
  events: Type.String(),
  handler: eachRowStream(async function* ({ count }) {
    for (let n = 0; n < count; n++) yield { data: `event ${String(n).padStart(4, '0')} xxxxxxxxx` }
  }),
})

export default endpoint('/inference', events)
