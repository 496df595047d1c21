import { MemorySpans } from '@redesmyn/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composed } from '../../apps/handoffs.ts'
import { FlowFolder } from '../graph/flow-folder.ts'
import { countedRows, plain } from './counted-rows.ts'
import { ServedApp } from '../../worker/http/serving/served-app.ts'

const spans = new MemorySpans()
let app: ServedApp

beforeAll(async () => {
  app = await ServedApp.start('uws', 'handoffs.ts', { traces: 'on', spanExporter: spans })
})

afterAll(() => app.stop())

const rows = countedRows(100)

test('R127 an endpoint answers a composed pipeline as a call of it does', async () => {
  const expected = await composed(rows)

  const { status, body } = await app.post('/composed', plain(rows))

  expect(status).toBe(200)
  expect(body.predictions).toEqual(plain(expected))
})

test('R129 a trace says that rows were handed over in the same memory, with nothing serialised', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  await app.post('/piped', plain(rows), { traceparent })

  const stages = spans.spans.filter(({ kind, traceId }) => kind === 'internal' && traceparent.includes(traceId))
  expect(stages.map(({ attributes }) => attributes['cascade.stage'])).toContain('apart')
  for (const { attributes } of stages) {
    expect(attributes).toMatchObject({ 'cascade.transport': 'local', 'cascade.serialised_bytes': 0 })
  }
})

test('R126 a served map is called once for each batch', async () => {
  const labels: unknown[] = []
  for (const count of [1, 5, 100]) {
    const { body } = await app.post(
      '/counted',
      plain(rows.slice(0, count).map(({ id, x, text, big }) => ({ id, x, text, big }))),
    )
    labels.push([...new Set(body.predictions.map((row) => JSON.stringify(row).match(/CALL \d+, \d+ ROWS/)?.[0]))])
  }

  expect(labels).toEqual([['CALL 1, 1 ROWS'], ['CALL 2, 5 ROWS'], ['CALL 3, 100 ROWS']])
})

test('C4 a served map that breaks its word is 409 with the column, and the next stage gets nothing', async () => {
  const before = await app.metric('cascade_rows_total{stage="apart"')

  const { status, body } = await app.post('/broken', plain([{ id: 1, x: 1, text: '', big: 1n }]))

  expect(status).toBe(409)
  expect(body.error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { column: 'label' } })
  expect(await app.metric('cascade_rows_total{stage="apart"')).toBe(before)
})

test('R136 where a served stage fails the next receives nothing, and the error names the stage', async () => {
  const { status, body } = await app.post('/piped', plain([{ ...rows[0], text: 'bomb' }]))

  expect(status).toBe(500)
  expect(body.error.details).toMatchObject({ stage: 'before' })
})

test('a run sends rows through a composed pipeline as a call of it does', { timeout: 120_000 }, async () => {
  const flow = await FlowFolder.open({
    'flow.ts': `
      import { asset, source } from '@redesmyn/cascade'
      import { composed, Given } from '../../apps/handoffs.ts'
      export const given = source({ schema: Given, from: 'given.ndjson' })
      export const answers = asset({ input: given, pipeline: composed, to: 'out', format: 'ndjson' })
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
