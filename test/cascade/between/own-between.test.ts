import { between, createMedium, handoff } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { conformanceOf } from '../handoff/between-conformance.ts'
import { MailboxBetween } from './mailbox-between.ts'

// R135: a way that implements the interface keeps the suite of all others.
conformanceOf({
  name: 'a mailbox of the user’s own',
  transport: 'queue',
  open: (stage, options) => new MailboxBetween(stage, options?.maxBytes),
})

test('R135 a handoff goes over a placement of the user’s own, and gives what it gives over any other', async () => {
  const Row = Type.Object({ x: Type.Number() })
  const double = stage({
    name: 'double',
    input: Row,
    output: Row,
    handler: (batch) => ({ x: batch.column('x').map((x) => 2 * x) }),
  })
  const root = stage({
    name: 'root',
    input: Row,
    output: Row,
    handler: (batch) => ({ x: batch.column('x').map(Math.sqrt) }),
  })
  const mailbox = createMedium({
    placement: 'queue',
    guarantees: { delivery: 'at-most-once', order: 'none' },
    open: ([only = root], options) => new MailboxBetween(only, options?.maxBytes),
  })

  const rows = [{ x: 2 }, { x: 8 }]
  const near = await pipe(double).to(handoff(Row, Row, between.service()), root)(rows)
  const far = await pipe(double).to(handoff(Row, Row, mailbox), root)(rows)

  expect(far).toEqual(near)
  expect(far).toEqual([{ x: 2 }, { x: 4 }])
})
