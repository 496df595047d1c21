import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { FlowFolder, numbers } from '../run/whole/flow-folder.ts'

const misspelt = `
  import { asset } from '@redesmyn/cascade'
  import { double, rows } from './flow.js'
  export const doubled = asset({ input: rows, pipeline: double, to: 'out', fromat: 'ndjson' })
`
const unsuited = `
  import { asset } from '@redesmyn/cascade'
  import { PipelineError, stage } from '@redesmyn/core'
  import { Type } from 'typebox'
  import { rows } from './flow.js'
  const Id = Type.Object({ id: Type.Number() })
  const handler = (batch) => { throw new PipelineError('CONFIG_INVALID', 'the model takes no "id"') }
  const wrong = stage({ name: 'wrong', input: Id, output: Id, handler })
  const short = stage({ name: 'short', input: Id, output: Id, handler: (batch) => ({ id: batch.column('id').slice(1) }) })
  const throwing = stage({ name: 'throwing', input: Id, output: Id, handler: () => { throw new Error('always') } })
  export const none = asset({ input: rows, pipeline: wrong, to: 'none', format: 'ndjson' })
  export const few = asset({ input: rows, pipeline: short, to: 'few', format: 'ndjson' })
  export const thrown = asset({ input: rows, pipeline: throwing, to: 'thrown', format: 'ndjson' })
`

const otherTypes = `
  import { asset, source } from '@redesmyn/cascade'
  import { stage } from '@redesmyn/core'
  import { Type } from 'typebox'
  const Named = Type.Object({ id: Type.String() })
  const keep = stage({ name: 'keep', input: Named, output: Named, handler: (batch) => ({ id: batch.column('id') }) })
  export const wrong = source({ schema: Named, from: 'packed/*.parquet' })
  export const kept = asset({ input: wrong, pipeline: keep, to: 'kept' })
`

let folder: FlowFolder

beforeAll(async () => {
  folder = await FlowFolder.create({ 'a.ndjson': numbers(40) })
  mkdirSync(join(folder.path, 'empty'))
  symlinkSync('loop', join(folder.path, 'loop'))
  const modules = {
    'misspelt.ts': misspelt,
    'unsuited.ts': unsuited,
    'types.ts': otherTypes,
    'broken.ts': 'export const x = {\n',
  }
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder.path, name), text)
  writeFileSync(join(folder.path, 'lacking.ts'), "import it from 'not-there'\nexport const x = it\n")
})

describe('a command that cannot be carried out says what is wrong and what mends it', () => {
  const doubled = ['run', 'flow.ts#doubled']
  test.each([
    [['run', 'flow.ts#rows'], '"rows" is a source, which is only read', 'cascade check flow.ts tells'],
    [['run', 'flow.ts#doubld'], 'there is no asset "doubld", did you mean "doubled"?', 'cascade check flow.ts tells'],
    [
      ['run', 'flow.ts#'],
      'expected an asset behind "#", as in flow.ts#scored, got "flow.ts#"',
      'give the same command',
    ],
    [['check', 'flow.ts#doubled'], 'expected a module, as in: cascade check flow.ts', 'give the same command'],
    [['run', 'flw.ts#doubled'], 'there is no app module "', 'give the path of the module'],
    [['run', 'broken.ts'], 'broken.ts:2:1: ', 'correct the module'],
    [['run', 'lacking.ts'], 'Could not resolve "not-there"', 'install what is missing with npm'],
    [['run', 'misspelt.ts'], 'an asset has no option "fromat", did you mean "format"?', 'give the same command'],
    [[...doubled, '--memory', '1MiB'], 'from 16MiB to 1024GiB, got "1MiB"', 'cascade run --help'],
    [[...doubled, '--input', 'nope.ndjson'], 'there is no file "', 'name other files with --input'],
    [[...doubled, '--input', 'nope/*.csv'], 'which is not there', 'name other files with --input'],
    [[...doubled, '--input', 'empty'], 'empty" holds no file to read', 'name other files with --input'],
    [[...doubled, '--output', 'in'], 'must be a folder of its own, and in "', 'give the same command'],
    [[...doubled, '--output', 'in/a.ndjson'], 'in/a.ndjson" is a file', 'give the same command'],
    [['status', 'nowhere'], 'there is no folder "', 'the folder that the asset is written to'],
    [
      ['retry-rejects', 'flow.ts#doubled'],
      'out", expected one that a run',
      'make it first: cascade run flow.ts#doubled',
    ],
  ])('%j ends with 2', async (words, wrong, next) => {
    const { code, stdout, stderr } = await folder.cascade(...words)

    expect(stderr).toContain(wrong)
    expect(/^next:  (.*)$/m.exec(stderr)?.[1]).toContain(next)
    expect(stderr).not.toMatch(/^cause:|^ +at /m)
    expect([code, stdout]).toEqual([2, ''])
  })

  test('an input that cannot be looked at ends with 1 and without a stack', async () => {
    const { code, stderr } = await folder.cascade(...doubled, '--input', 'loop')

    expect(stderr).toMatch(/^error: ".*loop" cannot be read\ncause: ELOOP.*\nnext:  mend the file/)
    expect(code).toBe(1)
  })
})

test('columns of a wrong type are found by check and by a dry run, before a row is read', async () => {
  await folder.cascade('run', 'flow.ts#packed', '--quiet')

  const checked = await folder.cascade('check', 'types.ts')
  const dry = await folder.cascade('run', 'types.ts#kept', '--dry-run')

  expect([checked.code, dry.code]).toEqual([4, 4])
  for (const { stderr } of [checked, dry]) {
    expect(stderr).toContain('does not fit the schema: "id" is float64 and must be utf8')
    expect(stderr).toContain('next:  make the schema say what the files hold')
  }
})

describe('a handler that is wrong', () => {
  test.each([
    ['few', 'stage "short" returned 39 rows for 40'],
    ['none', 'the model takes no "id"'],
  ])('in its contract or for all rows ends the run of %s with 1, and rejects none', async (asset, wrong) => {
    const { code, stderr } = await folder.cascade('run', `unsuited.ts#${asset}`)

    expect(stderr).toContain(`error: ${wrong}\nnext:  mend the handler`)
    expect(stderr).toContain('committed none of 1 part')
    expect(code).toBe(1)
  })

  test('for the same reason in every row is told to the log once', async () => {
    const { code, stderr } = await folder.cascade('run', 'unsuited.ts#thrown')

    expect(stderr).toContain('40 in, of which 0 out, 0 filtered, 40 rejected')
    expect(stderr.split('\n').filter((line) => line.startsWith('{'))).toHaveLength(1)
    expect(code).toBe(0)
  })
})
