import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { cascadeBin, FlowFolder, numbers } from './flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Prints wherever an app can, and logs in its handler. */
const talking = `
  import { asset, source } from '@redesmyn/cascade'
  import { pipe, stage } from '@redesmyn/core'
  import { Type } from 'typebox'
  console.log('the module prints')
  const Row = Type.Object({ id: Type.Number() })
  const shape = { input: Row, output: Row }
  const inThread = stage({ name: 'in-thread', ...shape, threads: 1, handler(batch, context) {
    console.log('the thread prints')
    context.log.warn({}, 'the thread warns')
    return { id: batch.column('id') }
  } })
  const inline = stage({ name: 'inline', ...shape, isolation: 'inline', handler(batch) {
    process.stdout.write('the main thread prints\\n')
    return { id: batch.column('id') }
  } })
  const inChild = stage({ name: 'in-child', ...shape, isolation: 'child', handler(batch) {
    console.log('the child prints')
    return { id: batch.column('id') }
  } })
  export const rows = source({ schema: Row, from: 'in/*.ndjson' })
  const ndjson = { format: 'ndjson', input: rows } as const
  export { inThread, inline, inChild }
  export const threaded = asset({ ...ndjson, pipeline: pipe(inThread), to: 'threaded' })
  export const inlined = asset({ ...ndjson, pipeline: pipe(inline), to: 'inlined' })
  export const forked = asset({ ...ndjson, pipeline: pipe(inChild), to: 'forked' })
  export const counted = asset({ inputs: { threaded }, schema: Row, to: 'counted', format: 'ndjson', make: ({ threaded }) => {
    console.log('the frame prints')
    return [{ id: threaded.rowCount }]
  } })
`

async function talkingFolder(): Promise<FlowFolder> {
  const folder = await FlowFolder.create({ 'a.ndjson': numbers(3) })
  writeFileSync(join(folder.path, 'talk.ts'), talking)
  return folder
}

test.each([
  { asset: 'threaded', printed: 'the thread prints' },
  { asset: 'inlined', printed: 'the main thread prints' },
  { asset: 'forked', printed: 'the child prints' },
])('what the stages of $asset print does not get among the rows on stdout', async ({ asset, printed }) => {
  const folder = await talkingFolder()

  const { code, stdout, stderr } = await folder.cascade('run', `talk.ts#${asset}`, '--output', '-')

  expect(code).toBe(0)
  expect(stdout).toBe('{"id":0}\n{"id":1}\n{"id":2}\n')
  expect(stderr).toContain('the module prints')
  expect(stderr).toContain(printed)
})

test('C13 what an app prints does not get into a report, a plan or a check', async () => {
  const folder = await talkingFolder()

  const explained = await folder.cascade('run', 'talk.ts', '--explain=json')
  const checked = await folder.cascade('check', 'talk.ts', '--json')
  const made = await folder.cascade('run', 'talk.ts', '--json')

  for (const { code, stdout } of [explained, checked, made]) {
    expect(code).toBe(0)
    expect(() => void JSON.parse(stdout)).not.toThrow()
  }
  expect(made.stderr).toContain('the frame prints')
})

test('on a terminal what threads log stands above the progress, each line by itself', async ({ skip }) => {
  if (spawnSync('script', ['--version']).status !== 0) skip('script, which makes a terminal, is not there')
  const folder = await talkingFolder()
  const command = `${process.execPath} ${cascadeBin} run talk.ts#threaded`

  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const shown = await text(child.stdout)

  const warned = shown.split(/\r?\n/).filter((line) => line.includes('the thread warns'))
  expect(warned).toHaveLength(1)
  expect(warned[0]).toContain('WARN')
  expect(warned[0]).not.toContain('rows/s')
  expect(shown).not.toContain('"level"')
})
