import { afterAll, beforeAll, expect, test } from 'vitest'
import { FlowFolder } from '../graph/flow-folder.ts'

let flow: FlowFolder

beforeAll(async () => {
  flow = await FlowFolder.open({
    'flow.ts': `
      import { asset, between, handoff, source } from '@redesmyn/cascade'
      import { pipe, stage } from '@redesmyn/core'
      import { Type } from 'typebox'
      const Row = Type.Object({ id: Type.Integer() })
      const pass = (name: string) => stage({ name, input: Row, output: Row, handler: (batch) => batch.rows() })
      const far = pipe(pass('second')).to(pass('third'))
      export const rows = source({ schema: Row, from: 'rows.ndjson' })
      export const passed = asset({
        input: rows,
        pipeline: pipe(pass('first')).to(handoff(Row, Row, between.configured('far')), far),
        to: 'out',
        format: 'ndjson',
      })
    `,
    'rows.ndjson': '{"id":1}\n{"id":2}\n',
  })
})

afterAll(() => flow.remove())

test('a name that stages are configured by says where all of them run', { timeout: 60_000 }, async () => {
  const { code, stderr } = await flow.run('run', 'flow.ts#passed', '--place', 'far=service')

  expect([code, stderr]).toEqual([0, expect.stringContaining('completed')])
  expect(flow.rowsOf('out')).toEqual([{ id: 1 }, { id: 2 }])
})

test('where nothing says it, the message names the flag', { timeout: 60_000 }, async () => {
  const { code, stderr } = await flow.run('run', 'flow.ts#passed', '--restart')

  expect(code).toBe(2)
  expect(stderr).toContain('nothing says where stage "second" runs: expected a place such as --place far=service')
})

test('a name that is neither of a stage nor of these is refused with what was probably meant', async () => {
  const { code, stderr } = await flow.run('check', 'flow.ts', '--place', 'fat=service')

  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('--place: the app has no stage "fat", did you mean "far"?'),
  ])
})
