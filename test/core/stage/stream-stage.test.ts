import { eachRowStream, endpoint, type Pipeline, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Prompt = Type.Object({ text: Type.String() })
const Token = Type.Object({ token: Type.String() })

const tokens = stage({
  name: 'tokens',
  input: Prompt,
  events: Token,
  handler: eachRowStream(async function* ({ text }) {
    for (const token of text.split(' ')) yield { data: { token } }
  }),
})

const upper = stage({
  name: 'upper',
  input: Prompt,
  output: Prompt,
  handler: (batch) => batch.rows().map(({ text }) => ({ text: text.toUpperCase() })),
})

async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = []
  for await (const event of events) all.push(event)
  return all
}

test('a direct call yields the events of all records, those of each in order', async () => {
  const events = await collect(tokens([{ text: 'a b c' }, { text: 'd' }]))

  expect(events.filter(({ row }) => row === 0).map(({ data }) => data.token)).toEqual(['a', 'b', 'c'])
  expect(events.filter(({ row }) => row === 1).map(({ data }) => data.token)).toEqual(['d'])
})

test('events come while the handler runs, and leaving the loop ends it', async () => {
  let isEnded = false
  const endless = stage({
    name: 'endless',
    input: Prompt,
    events: Type.String(),
    handler: async function* () {
      try {
        for (let n = 0; ; n++) yield { row: 0, data: String(n) }
      } finally {
        isEnded = true
      }
    },
  })

  for await (const { data } of endless([{ text: 'a' }])) if (data === '3') break

  expect(isEnded).toBe(true)
})

test('events of a row that the handler has ended are dropped', async () => {
  const cut = stage({
    name: 'cut',
    input: Prompt,
    events: Type.String(),
    handler: function* (_, context) {
      yield { row: 0, data: 'one' }
      context.end(0)
      yield { row: 0, data: 'two' }
    },
  })

  expect(await collect(cut([{ text: 'a' }]))).toEqual([{ row: 0, data: 'one' }])
})

test('records are checked before the handler runs, and events as they come', async () => {
  const loose = stage({
    name: 'loose',
    input: Prompt,
    events: Token,
    handler: (batch) => JSON.parse(batch.rows()[0]?.text ?? ''),
  })

  await expect(collect(tokens(JSON.parse('[{}]')))).rejects.toMatchObject({ code: 'RECORD_INVALID' })
  await expect(collect(loose([{ text: '[{"row":0,"data":{"token":1}}]' }]))).rejects.toMatchObject({
    code: 'OUTPUT_SCHEMA_MISMATCH',
  })
  await expect(collect(loose([{ text: '[{"row":1,"data":{"token":"a"}}]' }]))).rejects.toThrow(
    'an event names its row, 0 to 0, got 1',
  )
  await expect(collect(loose([{ text: '[{"row":0,"data":{"token":"a"},"id":"a\\nb"}]' }]))).rejects.toThrow(
    'an event is { data }',
  )
  await expect(collect(loose([{ text: '1' }]))).rejects.toThrow('must yield events, got number')
})

test('a rejected row fails the call when its events have come', async () => {
  const picky = stage({
    name: 'picky',
    input: Prompt,
    events: Type.String(),
    handler: function* (_, context) {
      yield { row: 0, data: 'one' }
      context.reject(0, 'REQUEST_INVALID', 'no more')
      yield { row: 0, data: 'two' }
    },
  })
  const seen: string[] = []

  const call = async () => {
    for await (const { data } of picky([{ text: 'a' }])) seen.push(data)
  }

  await expect(call()).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    message: 'no more',
    details: { issues: [{ row: 0 }] },
  })
  expect(seen).toEqual(['one'])
})

test('a pipeline ends with a stage that streams, and yields its events', async () => {
  const events = await collect(pipe(upper).to(tokens)([{ text: 'a b' }]))

  expect(events.map(({ data }) => data.token)).toEqual(['A', 'B'])
})

test('nothing follows a stage that streams, also where no compiler looks', () => {
  const untyped = pipe(tokens) as unknown as Pipeline<typeof Prompt, typeof Prompt>

  expect(() => untyped.to(upper)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: 'the stage "tokens" streams its answer, so "upper" cannot follow it',
    }),
  )
})

test('a streaming stage runs many batches at once unless it says otherwise', () => {
  expect(tokens.config.concurrency).toBe(256)
  expect(stage({ name: 'one', events: Token, concurrency: 1, handler: () => [] }).config.concurrency).toBe(1)
})

test('events do not leave a child process', () => {
  expect(() => stage({ name: 'far', events: Token, isolation: 'child', handler: () => [] })).toThrow(
    'stage "far" yields events, so its isolation must be "thread" or "inline", got "child"',
  )
})

test('what events cannot be is refused when the stage is defined', () => {
  const events = Type.Array(Type.String()) as unknown as typeof Token

  expect(() => stage({ name: 'list', events, handler: () => [] })).toThrow(
    'events of stage "list" must be a TypeBox object or string',
  )
})

test('an endpoint has limits for streams exactly where its answer is one', () => {
  expect(endpoint('/a', tokens, { streamIdleTimeoutMs: 10 }).config.streamIdleTimeoutMs).toBe(10)
  expect(endpoint('/a', tokens).events).toMatchObject({ kind: 'record' })
  expect(() => endpoint('/a', upper, { streamIdleTimeoutMs: 10 })).toThrow('its last stage yields no events')
  expect(() => endpoint('/a', tokens, { onInvalid: 'null' })).toThrow('a stream answers one record')
})
