import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const built = fileURLToPath(new URL('../dist', import.meta.url))
const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
const timeout = 120_000

let folder: string

beforeEach(() => {
  mkdirSync(built, { recursive: true })
  folder = mkdtempSync(join(built, 'types-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Twenty stages of which each takes what the one before it gives, every fifth over a handoff with a map. */
function pipelineOf(stageCount: number, breakAt?: number): string {
  const columns = (index: number) => `n${index}: Type.Number(), s${index}: Type.String(), kept: Type.Integer()`
  const stages = Array.from({ length: stageCount }, (_, index) => {
    const input =
      index === breakAt ? `kept: Type.Integer(), n${index}: Type.String(), extra: Type.Number()` : columns(index)
    return `
const In${index} = Type.Object({ ${input} })
const Out${index} = Type.Object({ ${columns(index % 5 === 4 ? index + 100 : index + 1)} })
const stage${index} = stage({ name: 'stage${index}', input: In${index}, output: Out${index}, handler: () => [] })`
  })
  const joins = stages.slice(1).map((_, before) => {
    const next = before + 1
    if (before % 5 !== 4) return `.to(stage${next})`
    const map = `(batch) => ({ n${next}: batch.column('n${before + 100}'), s${next}: batch.rows().map((row) => row.s${before + 100}), kept: batch.column('kept') })`
    return `.to(handoff(Out${before}, In${next}, between.service(), ${map}), stage${next})`
  })
  return `
import { between, handoff } from '@redesmyn/cascade'
import { type Pipeline, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
${stages.join('')}
export const long = pipe(stage0)${joins.join('\n  ')}
long satisfies Pipeline<typeof In0, typeof Out${stageCount - 1}>
`
}

function check(source: string): { readonly stdout: string; readonly seconds: number } {
  const project = join(folder, 'tsconfig.json')
  const compilerOptions = { incremental: false, tsBuildInfoFile: null, composite: false, rootDir: '.' }
  writeFileSync(
    project,
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] }),
  )
  writeFileSync(join(folder, 'long.ts'), source)
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', project, '--extendedDiagnostics'], {
    encoding: 'utf8',
  })
  return { stdout, seconds: Number(/^Check time:\s+([\d.]+)s$/m.exec(stdout)?.[1]) }
}

test('C3 a pipeline of 20 stages is checked in less than 5 s', { timeout }, () => {
  const { stdout, seconds } = check(pipelineOf(20))

  expect(stdout).not.toContain('error TS')
  expect(seconds).toBeLessThan(5)
})

test('C3 where a stage of 20 takes something else, the compiler names the columns', { timeout }, () => {
  const { stdout } = check(pipelineOf(20, 13))

  const [error = ''] = stdout.split(/\n(?=\S)/).filter((line) => line.includes('error TS'))
  expect(error).toContain('column \\"n13\\" has another type')
  expect(error).toContain('column \\"extra\\" is missing')
  expect(error).not.toContain('kept\\"')
})
