import { threadId } from 'node:worker_threads'
import { column, endpoint, type Isolation, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const isolations: readonly Isolation[] = ['inline', 'thread', 'child']

export const Mixed = Type.Object({
  real: Type.Number(),
  single: column.float32(),
  small: column.int8(),
  whole: column.int64(),
  flag: Type.Boolean(),
  text: Type.String(),
  maybe: Type.Union([Type.String(), Type.Null()]),
  maybeNumber: Type.Union([Type.Number(), Type.Null()]),
  list: Type.Array(Type.String()),
  pair: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  inner: Type.Object({ a: Type.String(), b: Type.Boolean() }),
})

const Place = Type.Object({
  pid: Type.Number(),
  thread: Type.Number(),
  stage: Type.String(),
  slot: Type.Number(),
  maxRows: Type.Number(),
  device: Type.String(),
  rowCount: Type.Number(),
})

/** What came goes back, every type of column as the columns they are, or as rows. */
const echoes = isolations.flatMap((isolation) => [
  endpoint(
    `/echo/${isolation}`,
    stage({
      name: `echo-${isolation}`,
      isolation,
      input: Mixed,
      output: Mixed,
      handler: (batch) => Object.fromEntries(batch.columnNames.map((name) => [name, batch.column(name)])) as never,
    }),
  ),
  endpoint(
    `/rows/${isolation}`,
    stage({ name: `rows-${isolation}`, isolation, input: Mixed, output: Mixed, handler: (batch) => [...batch.rows()] }),
  ),
])

/** Texts so long that no slab has room for what comes back. */
const longer = isolations.map((isolation) =>
  endpoint(
    `/longer/${isolation}`,
    stage({
      name: `longer-${isolation}`,
      isolation,
      input: Type.Object({ text: Type.String(), times: Type.Integer({ minimum: 0, maximum: 1e6 }) }),
      output: Type.Object({ text: Type.String() }),
      handler: (batch) => batch.rows().map(({ text, times }) => ({ text: text.repeat(Number(times)) })),
    }),
  ),
)

const places = isolations.map((isolation) =>
  endpoint(
    `/place/${isolation}`,
    stage({
      name: `place-${isolation}`,
      isolation,
      threads: isolation === 'inline' ? 1 : 2,
      ...(isolation !== 'inline' && { env: { TEST_DEVICE: 'gpu:{slot}' } }),
      batch: { maxRows: 8 },
      input: Type.Object({ sleepMs: Type.Number() }),
      output: Place,
      async handler(batch, context) {
        const longestMs = Math.max(...batch.rows().map(({ sleepMs }) => sleepMs))
        await new Promise((resolve) => setTimeout(resolve, longestMs))
        const { stage: name, slot, maxRows } = context
        const { rowCount } = batch
        const device = process.env.TEST_DEVICE ?? ''
        return batch
          .rows()
          .map(() => ({ pid: process.pid, thread: threadId, stage: name, slot, maxRows, device, rowCount }))
      },
    }),
  ),
)

/** Errors of every kind, and what a handler may say about rows. */
const talking = isolations.map((isolation) =>
  endpoint(
    `/talking/${isolation}`,
    stage({
      name: `talking-${isolation}`,
      isolation,
      input: Type.Object({ say: Type.String() }),
      output: Type.Object({ text: Type.String() }),
      handler(batch, context) {
        return batch.rows().map(({ say }, row) => {
          if (say === 'throw') throw new Error('secret words')
          if (say === 'reject') context.reject(row, 'REQUEST_INVALID', 'this one is refused')
          if (say === 'head') context.reply(row, { status: 201, headers: { 'x-said': say } })
          if (say === 'print') console.log('printed by a handler')
          if (say === 'log') context.log.info({ said: say }, 'logged by a handler')
          return { text: `${say} ${context.requestId(row)} ${context.query(row).get('q') ?? ''}` }
        })
      },
    }),
  ),
)

const shapeless = isolations.map((isolation) =>
  endpoint(
    `/shapeless/${isolation}`,
    stage({
      name: `shapeless-${isolation}`,
      isolation,
      handler: (batch) => batch.rows().map((row) => ({ ...row, seen: Object.keys(row).length })),
    }),
  ),
)

export default [...echoes, ...longer, ...places, ...talking, ...shapeless]
