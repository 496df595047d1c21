import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { assertSchema } from '../schema-of-json.ts'
import { listOf, manifestsOf } from './manifests.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The commands of an example's page that write a file, without the program and the file. */
function commandsOf(page: string): readonly { readonly words: readonly string[]; readonly file: string }[] {
  const text = readFileSync(`${root}${page}`, 'utf8')
  return [...text.matchAll(/^npx cascade (deploy .*) -o (\S+)$/gm)].map(([, command = '', file = '']) => ({
    words: command.split(' ').map((word) => word.replaceAll("'", '')),
    file,
  }))
}

/** What the command writes, given where the page says. */
function written(words: readonly string[]): string {
  const bin = 'packages/cascade/bin/cascade.js'
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], { cwd: root, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

test.each(commandsOf('examples/kubernetes/README.md'))(
  'C105 the example $file is what its command writes, and keeps the schema',
  ({ words, file }) => {
    const text = readFileSync(`${root}${file}`, 'utf8')

    expect(text).toBe(written(words))
    assertSchema('k8s-manifests', listOf(manifestsOf(text)))
  },
)

test.each(commandsOf('examples/ecs/README.md'))(
  'C106 the example $file is what its command writes, two containers that share localhost, and keeps the schema',
  ({ words, file }) => {
    const text = readFileSync(`${root}${file}`, 'utf8')

    const task: { readonly containerDefinitions: readonly { readonly name: string }[] } = JSON.parse(text)
    expect(text).toBe(written(words))
    expect(task.containerDefinitions.map(({ name }) => name)).toEqual(['score', 'verdicts'])
    assertSchema('ecs-task-definition', task)
  },
)

test('every example of a deployment is made so', () => {
  const files = ['examples/kubernetes/README.md', 'examples/ecs/README.md'].flatMap(commandsOf).map(({ file }) => file)

  expect(files).toEqual([
    'examples/kubernetes/verdicts.yaml',
    'examples/kubernetes/scored.yaml',
    'examples/ecs/task-definition.json',
  ])
})
