import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { between, handoff } from '@redesmyn/cascade'
import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ id: Type.String(), x: Type.Number() })
const Doubled = Type.Object({ id: Type.String(), y: Type.Number() })

const shift = stage({
  name: 'shift',
  input: Point,
  output: Point,
  handler: (batch) => batch.rows().map(({ id, x }) => ({ id, x: x + 1 })),
})

export const double = stage({
  name: 'double',
  input: Point,
  output: Doubled,
  threads: 2,
  async handler(batch) {
    // Held by the test until a file is there; another one says that somebody waits.
    const gate = process.env['DOUBLES_GATE']
    if (gate !== undefined) appendFileSync(`${gate}.held`, `${batch.rowCount}\n`)
    while (gate !== undefined && !existsSync(gate)) await pause(5)
    return batch.rows().map(({ id, x }) => ({ id, y: x * 2 }))
  },
})

export default endpoint('/double', pipe(shift).to(handoff(Point, Point, between.configured('double')), double))
