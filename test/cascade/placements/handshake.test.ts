import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CascadeProcess, runCascade } from '../cascade-process.ts'
import { FlowFolder } from '../graph/flow-folder.ts'

vi.setConfig({ testTimeout: 120_000 })

interface Columns {
  readonly taken?: string
  readonly n?: string
  readonly note?: string
  readonly given?: string
  readonly more?: string
}

/** A flow whose stage `score` takes and gives what is said. */
function flowOf({ taken = '', n = 'column.int32()', note = nullable, given = '', more = '' }: Columns): string {
  return `
    import { asset, source } from '@redesmyn/cascade'
    import { column, pipe, stage } from '@redesmyn/core'
    import { Type } from 'typebox'
    const Row = Type.Object({ n: ${n}, note: ${note}${taken} })
    export const first = stage({ name: 'first', input: Row, output: Row, threads: 1, handler: (batch) => batch.rows() })
    export const score = stage({
      name: 'score', input: Row, output: Type.Object({ twice: Type.Number()${given} }), threads: 1,
      handler: (batch) => batch.rows().map((row) => ({ twice: Number(row.n) * 2${more} })),
    })
    export const rows = source({ name: 'rows', schema: Row, from: 'rows.ndjson' })
    export const scored = asset({ name: 'scored', input: rows, pipeline: pipe(first).to(score), to: 'out', format: 'ndjson' })
  `
}

const nullable = 'Type.Union([Type.String(), Type.Null()])'
const remotes = {
  'an added required column': { taken: ', tip: Type.Number()' },
  'a column that must not be null any more': { note: 'Type.String()' },
  'a wider input column': { n: 'column.int64()' },
  'an extra output column': { given: ', extra: Type.String()', more: `, extra: 'more'` },
} as const

let flow: FlowFolder
const servers: CascadeProcess[] = []

beforeAll(async () => {
  flow = await FlowFolder.open({
    'flow.ts': flowOf({}),
    'rows.ndjson': '{"n":1,"note":null}\n{"n":2147483647,"note":"two"}\n',
  })
})
afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL')
  await Promise.all(servers.map((server) => server.ended))
  await flow.remove()
})

/** The URL of a process whose stage `score` is another, and the socket that it listens on too. */
async function serve(columns: Columns): Promise<{ readonly url: string; readonly socket: string }> {
  const name = `remote-${servers.length}.ts`
  await flow.write(name, flowOf(columns))
  const socket = join(flow.path, `${servers.length}.sock`)
  const listen = ['--listen', 'http://127.0.0.1:0', '--listen', `unix:${socket}`]
  const words = ['serve', join(flow.path, name), '--stage', 'score', ...listen]
  const server = new CascadeProcess(words)
  servers.push(server)
  const url = await server.url()
  await server.told(/"url":"unix:/)
  return { url, socket }
}

/** Calls that the process has begun, by what came of them. */
async function callsOf(url: string): Promise<readonly string[]> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return text.split('\n').filter((line) => line.startsWith('cascade_calls_total{') && !line.endsWith(' 0'))
}

test.each([
  ['an added required column', '"tip" is missing'],
  ['a column that must not be null any more', '"note"'],
] as const)(
  'C57 a remote stage with %s ends the run with 4 and a diff before any row, and check says the same',
  async (what, diff) => {
    const { url, socket } = await serve(remotes[what])
    const words = [join(flow.path, 'flow.ts'), '--place', `score=host:${url}`]
    const output = join(flow.path, `refused-${servers.length}`)

    const run = await runCascade(['run', ...words, '--output', output])
    const near = await runCascade(['run', words[0], '--place', `score=app:${socket}`, '--output', output])
    const check = await runCascade(['check', ...words])

    expect([run.code, near.code, check.code]).toEqual([4, 4, 4])
    for (const { stderr } of [run, near, check]) {
      expect(stderr).toContain('"score"')
      expect(stderr).toContain(diff)
    }
    expect(await callsOf(url)).toEqual([])
  },
)

test.each(['an extra output column', 'a wider input column'] as const)(
  'C57 a remote stage with %s fits, for the run and for check',
  async (what) => {
    const { url } = await serve(remotes[what])
    const words = [join(flow.path, 'flow.ts'), '--place', `score=host:${url}`]
    const output = `fits-${servers.length}`

    const run = await runCascade(['run', ...words, '--output', join(flow.path, output)])
    const check = await runCascade(['check', ...words])

    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('completed')])
    expect(flow.rowsOf(output)).toEqual([{ twice: 2 }, { twice: 4294967294 }])
    expect([check.code, check.stdout]).toEqual([0, expect.stringContaining('score over host: answers and fits')])
    expect(await callsOf(url)).toHaveLength(1)
  },
)
