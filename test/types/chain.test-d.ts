import { chain, handler, type Stage, stage, type TypedHandler } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Length = Type.Object({ length: Type.Number() })
const Label = Type.Object({ label: Type.String() })

const measure = handler({
  input: Text,
  output: Length,
  handle: (batch) => batch.rows().map(({ text }) => ({ length: text.length })),
})
const name = handler({
  input: Length,
  output: Label,
  handle: (batch) => batch.rows().map(({ length }) => ({ label: String(length) })),
})
const shout = handler({
  input: Label,
  output: Label,
  handle: (batch) => batch.rows().map(({ label }) => ({ label: `${label}!` })),
})

const joined: TypedHandler<typeof Text, typeof Label> = chain(measure, name)
chain(measure, name, shout) satisfies TypedHandler<typeof Text, typeof Label>
chain(chain(measure, name), shout, shout) satisfies TypedHandler<typeof Text, typeof Label>
chain(measure) satisfies TypedHandler<typeof Text, typeof Length>

// R115: A handler that does not take what the one before it gives is a compile error.
// @ts-expect-error a label has no length
chain(measure, name, name)
// @ts-expect-error the handlers are swapped
chain(name, measure)
// @ts-expect-error chain joins handlers that have schemas
chain(measure, () => ({ label: ['a'] }))

// A stage takes its schemas from a handler that has them.
const served = stage({ name: 'label', handler: joined })
served satisfies Stage<typeof Text, typeof Label>
const [row] = await served([{ text: 'abc' }])
row?.label satisfies string | undefined
// @ts-expect-error the stage takes texts
void served([{ length: 1 }])

handler({
  input: Text,
  output: Length,
  // @ts-expect-error a length is a number
  handle: (batch) => batch.rows().map(({ text }) => ({ length: text })),
})
