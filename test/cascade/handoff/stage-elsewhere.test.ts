import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { between, createMedium, handoff } from '@redesmyn/cascade'
import { type AnyStage, pipe, type Placement, type Stage, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { stageElsewhere } from '../../../packages/cascade/dist/handoff/stage-elsewhere.js'
import { before, behind, composed, map, told } from '../../apps/handoffs.ts'
import { calls, lost, near, spread } from '../../apps/near.ts'
import { ServedApp } from '../../worker/http/serving/served-app.ts'
import { FlowFolder } from '../graph/flow-folder.ts'
import { countedRows, plain } from './counted-rows.ts'
import { context } from '../between/call-context.ts'
import { rejectionOf } from './rejection-of.ts'
import { batchOf } from './rows-batch.ts'

let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start('uws', 'near.ts')
})

afterAll(() => app.stop())

const rows = countedRows(200)

test('C2 R133 a pipeline with a stage elsewhere answers what it does with the stage here', async () => {
  calls.length = 0

  const answers = await spread(rows)

  expect(answers).toEqual(await composed(rows))
  expect(calls.length).toBeGreaterThan(0)
})

test('R133 it is served with the same answers, and rows that were rejected keep their places', async () => {
  const mixed = rows.slice(0, 20).map((row) => ({ ...row, text: row.id % 5 === 0 ? 'no' : row.text }))

  const whole = await app.post('/spread', plain(rows))
  const part = await app.post('/spread', plain(mixed))

  expect(whole.body.predictions).toEqual(plain(await composed(rows)))
  expect(part.status).toBe(400)
  expect(part.body.error.details.issues.map(({ row }: { row: number }) => row)).toEqual([0, 5, 10, 15])
})

test('R133 it is run over files with the same rows', { timeout: 120_000 }, async () => {
  const flow = await FlowFolder.open({
    'flow.ts': `
      import { asset, source } from '@redesmyn/cascade'
      import { Given } from '../../apps/handoffs.ts'
      import { spread } from '../../apps/near.ts'
      export const given = source({ schema: Given, from: 'given.ndjson' })
      export const answers = asset({ input: given, pipeline: spread, to: 'out', format: 'ndjson' })
    `,
    'given.ndjson': rows.map((row) => JSON.stringify(plain(row))).join('\n'),
  })
  try {
    const { code, stderr } = await flow.run('run', 'flow.ts#answers', '--threads', '1')

    expect([code, stderr]).toEqual([0, expect.stringContaining('completed')])
    expect(flow.rowsOf('out')).toEqual(plain(await composed(rows)))
  } finally {
    await flow.remove()
  }
})

test('R136 where nobody answers, the error names the stage', async () => {
  const error = await rejectionOf(lost(rows.slice(0, 1)))

  expect(error).toMatchObject({ code: 'HANDOFF_FAILED', details: { stage: 'behind' } })
})

test('a signal ends a call by hand while the way to a stage elsewhere is opened', async () => {
  const silent = createServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as AddressInfo
  const Row = Type.Object({ x: Type.Number() })
  const [first, far] = ['first', 'far'].map((name) => {
    return stage({ name, input: Row, output: Row, handler: (batch) => ({ x: batch.column('x') }) })
  })
  const stop = new AbortController()
  const reason = new Error('nobody waits')

  const call = rejectionOf(
    pipe(first).to(handoff(Row, Row, between.container({ port })), far)([{ x: 1 }], { signal: stop.signal }),
  )
  const [socket] = await once(silent, 'connection')
  stop.abort(reason)

  expect(await call).toBe(reason)
  expect(socket.closed).toBe(false)
  socket.destroy()
})

test('R134 a stage that cannot be behind a placement is refused when the pipeline is made', () => {
  const Row = Type.Object({ x: Type.Number() })
  const even = stage({
    name: 'even',
    input: Row,
    output: Row,
    returns: 'filter',
    handler: () => ({ output: { x: [] }, parents: new Int32Array(0) }),
  })
  const first = stage({ name: 'first', input: Row, output: Row, handler: (batch) => ({ x: batch.column('x') }) })

  expect(() => pipe(first).to(handoff(Row, Row, near), even)).toThrow(
    expect.objectContaining({
      code: 'BETWEEN_UNSUPPORTED',
      message:
        'stage "even" does not implement Between<"app">: it returns "filter", and a reply has a row for each row',
    }),
  )
})

test('C8 what must run once is refused behind a queue when the app is loaded, where its types were passed by', () => {
  const Row = Type.Object({ x: Type.Number() })
  const guarantees = { delivery: 'at-least-once', order: 'none' } as const
  const queue = createMedium<Placement>({ placement: 'queue', guarantees, open: near.open })
  const charge = stage({ name: 'charge', effects: 'once', input: Row, output: Row, handler: (batch) => batch.rows() })
  const first = stage({ name: 'first', input: Row, output: Row, handler: (batch) => batch.rows() })
  const untyped: Stage<typeof Row, typeof Row> = charge

  expect(() => pipe(first).to(handoff(Row, Row, queue), untyped)).toThrow(
    expect.objectContaining({ code: 'BETWEEN_UNSUPPORTED', details: { stage: 'charge', between: 'queue' } }),
  )
})

test('all stages behind a handoff are over its medium, and maps stay where they are', () => {
  const road = pipe(before).to(handoff(map, near), pipe(behind))

  expect(road.placements).toEqual(['service', 'service', 'app'])
  expect(pipe(before).to(handoff(map, between.service()), behind).placements).toEqual(['service', 'service', 'service'])
})

test('C87 what waiting for room takes is taken from the time that the stage is told', async () => {
  let nowMs = 0
  const clock = () => nowMs
  /** Room is there after 100 ms. */
  const full = createMedium<Placement>({
    placement: 'app',
    guarantees: near.guarantees,
    open(stages: readonly AnyStage[]) {
      const way = between.service().open(stages, { nowMs: clock })
      return Object.assign(way, {
        async acquire() {
          nowMs += 100
          return { release() {} }
        },
      })
    },
  })
  const way = between.service().open([stageElsewhere(told, full, clock)], { nowMs: clock })

  const { batch } = await way.call(batchOf(told.input, [{ id: 1 }]), context({ deadlineMs: 500 }))
  await way.close('drain')

  expect(batch.rows()).toMatchObject([{ deadlineMs: 400 }])
})

test('a placement that takes no calls is refused', () => {
  expect(() => createMedium({ ...near, maxCalls: 0 })).toThrow('maxCalls of a placement must be a whole number >= 1')
})
