import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stageCount = 20

/** Each stage takes the columns that the one before gives; all that differ are called after their stage. */
function pipeline(columnOf: (stage: number) => string, length = stageCount): string {
  const stages = Array.from({ length }, (_, index) => {
    const [taken, given] = [columnOf(index), `column${index + 1}`]
    return `const stage${index} = stage({
      name: 'stage${index}',
      input: Type.Object({ id: Type.Number(), ${taken}: Type.Number() }),
      output: Type.Object({ id: Type.Number(), ${given}: Type.Number() }),
      handler: (batch) => ({ id: batch.column('id'), ${given}: batch.column('${taken}') }),
    })`
  })
  const joined = stages.slice(1).map((_, index) => `  .to(stage${index + 1})`)
  const imports = `import { pipe, stage } from '@redesmyn/core'\nimport { Type } from 'typebox'`
  return [imports, ...stages, 'export const whole = pipe(stage0)', ...joined].join('\n')
}

function compile(code: string): { readonly text: string; readonly instantiations: number } {
  const folder = mkdtempSync(join(root, 'test/dist/pipeline-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const compilerOptions = { target: 'ES2023', module: 'NodeNext', strict: true, skipLibCheck: true, noEmit: true }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  writeFileSync(join(folder, 'whole.ts'), code)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const words = [compiler, '-p', folder, '--pretty', 'false', '--extendedDiagnostics']
  const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  return { text: stdout, instantiations: Number(/^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1]) }
}

test('C3 a pipeline of twenty stages compiles with no more work a stage than one of ten', { timeout: 120_000 }, () => {
  const column = (stage: number) => `column${stage}`
  const [one, ten, twenty] = [1, 10, 20].map((length) => compile(pipeline(column, length)))

  expect(twenty.text).not.toContain('error')
  // Types that are made: on an idle machine a second of checking, and the same number on any.
  expect(twenty.instantiations - ten.instantiations).toBeLessThan(1.5 * (ten.instantiations - one.instantiations))
})

test('C3 the compiler names the column that a stage of twenty lacks, where it is joined', { timeout: 120_000 }, () => {
  const code = pipeline((stage) => (stage === 13 || stage === 17 ? `wrong${stage}` : `column${stage}`))

  const { text } = compile(code)

  const errors = text.split('\n').filter((line) => line.includes('error TS'))
  const joinedAt = code.split('\n').indexOf('  .to(stage13)') + 1
  expect(errors[0]).toContain(`whole.ts(${joinedAt},`)
  // The second mistake is the only other thing that is told.
  expect(errors).toHaveLength(2)
  expect(/'Misfit<(.*)>'/.exec(text)?.[1]).toBe('"wrong13"')
})
