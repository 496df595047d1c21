import { endpoint, type Pipeline, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Pixels = Type.Object({ mean: Type.Number(), width: Type.Integer() })
const Mean = Type.Object({ mean: Type.Number() })
const Label = Type.Object({ label: Type.String() })

const decode = stage({
  name: 'decode',
  input: Text,
  output: Pixels,
  handler: (batch) => batch.rows().map(({ text }) => ({ mean: text.length, width: 1 })),
})
const score = stage({
  name: 'score',
  input: Mean,
  output: Label,
  handler: (batch) => batch.rows().map(({ mean }) => ({ label: String(mean) })),
})

const served: Pipeline<typeof Text, typeof Label> = pipe(decode).to(score)
endpoint('/a', served)
const [row] = await served([{ text: 'a' }])
row?.label satisfies string | undefined

// A longer pipeline, joined from two.
pipe(decode).to(pipe(score)) satisfies Pipeline<typeof Text, typeof Label>

// @ts-expect-error the stages are swapped: a label has no text
pipe(score).to(decode)
// @ts-expect-error score takes means, and decode's text is none
pipe(decode).to(decode)
// @ts-expect-error a pipeline answers what its last stage answers
served satisfies Pipeline<typeof Text, typeof Pixels>
