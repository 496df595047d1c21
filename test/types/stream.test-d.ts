import {
  eachRowStream,
  endpoint,
  type HandlerContext,
  type ModelCache,
  pipe,
  type StreamContext,
  type StreamPipeline,
  type StreamStage,
  stage,
  timeout,
} from '@redesmyn/core'
import { Type } from 'typebox'

const Prompt = Type.Object({ text: Type.String() })
const Token = Type.Object({ token: Type.String() })
const Length = Type.Object({ length: Type.Integer() })
const sides = { name: 'tokens', input: Prompt, events: Token }

interface Vocabulary {
  next(text: string): string
}
declare const vocabularies: ModelCache<Vocabulary>

const tokens = stage({
  ...sides,
  handler: async function* (batch, context) {
    for (const [row, { text }] of batch.rows().entries()) {
      if (!context.isOpen(row)) continue
      yield { row, data: { token: text } }
      yield { row, data: { token: text }, event: 'token', id: '1' }
      context.end(row)
    }
  },
})
tokens satisfies StreamStage<typeof Prompt, typeof Token>
endpoint('/tokens', tokens, { streamIdleTimeoutMs: 1000, streamTimeoutMs: 60_000 })

// Generators that do not wait, of texts, and one for each row.
stage({ ...sides, handler: (batch) => batch.rows().map(({ text }, row) => ({ row, data: { token: text } })) })
stage({
  name: 'lines',
  input: Prompt,
  events: Type.String(),
  handler: function* (batch) {
    for (const [row, { text }] of batch.rows().entries()) yield { row, data: text }
  },
})
stage({
  ...sides,
  handler: eachRowStream(async function* ({ text }, context) {
    if (!context.signal.aborted) yield { data: { token: text } }
  }),
})

// A direct call yields events, and never rows.
for await (const { row, data } of tokens([{ text: 'a' }])) {
  row satisfies number
  data.token satisfies string
  // @ts-expect-error an event has only the fields of its schema
  data.length satisfies unknown
}
// @ts-expect-error events are no rows
tokens([{ text: 'a' }]) satisfies Promise<readonly unknown[]>
// @ts-expect-error the records have the fields of the input
tokens([{ prompt: 'a' }])

// Events have the types of their schema.
// @ts-expect-error the data has another field
stage({ ...sides, handler: () => [{ row: 0, data: { text: 'a' } }] })
// @ts-expect-error the data has another type
stage({ ...sides, handler: () => [{ row: 0, data: { token: 1 } }] })
// @ts-expect-error an event names its row
stage({ ...sides, handler: () => [{ data: { token: 'a' } }] })
// @ts-expect-error a generator of one row yields the data of an event
stage({ ...sides, handler: eachRowStream(() => [{ token: 'a' }]) })
// @ts-expect-error a stage that streams answers no rows
stage({ ...sides, handler: (batch) => batch.rows() })
// @ts-expect-error a stage answers with rows or with events
stage({ ...sides, output: Token, handler: () => [{ row: 0, data: { token: 'a' } }] })
// @ts-expect-error what wraps a handler of rows does not wrap one of events
timeout(50)(eachRowStream<typeof Prompt, typeof Token>(() => []))

// A stage that streams is a pipeline's last.
const split = stage({ name: 'split', input: Prompt, output: Prompt, handler: (batch) => batch.rows() })
const measure = stage({ name: 'measure', input: Prompt, output: Length, handler: () => ({ length: [1] }) })
pipe(split).to(tokens) satisfies StreamPipeline<typeof Prompt, typeof Token>
endpoint('/piped', pipe(split).to(tokens))
endpoint('/alone', pipe(tokens))
pipe(split).to(tokens)([{ text: 'a' }]) satisfies AsyncIterable<unknown>
// @ts-expect-error nothing follows a stage that streams
pipe(tokens).to(split)
// @ts-expect-error nothing follows a stage that streams
pipe(split).to(tokens).to(measure)
// @ts-expect-error tokens take texts, and a length is none
pipe(measure).to(tokens)

// A handler names its model by its type, as any does.
const spoken = stage({
  ...sides,
  handler: async function* (batch, { model }: StreamContext<Vocabulary>) {
    for (const [row, { text }] of batch.rows().entries()) yield { row, data: { token: model.next(text) } }
  },
})
endpoint('/spoken/{id}', spoken, { models: vocabularies })
endpoint(
  '/spoken/{id}',
  stage({
    ...sides,
    handler: eachRowStream(function* ({ text }, { model }: HandlerContext<Vocabulary>) {
      yield { data: { token: model.next(text) } }
    }),
  }),
  { models: vocabularies },
)
// @ts-expect-error the handler takes a model
endpoint('/spoken/{id}', spoken)
