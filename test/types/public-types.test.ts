import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a user of the packages may write, under the strictest settings that are usual. */
const consumer = `
import { type BatchOptions, endpoint, modelCache, pipe, stage, type StageOptions } from '@redesmyn/core'
import { fsStore, onnxHandler, onnxModel, Server } from '@redesmyn/worker'
import { exitCodes } from '@redesmyn/cascade'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number(), tags: Type.Optional(Type.Array(Type.String())) })
const Result = Type.Object({ y: Type.Number() })
const batch: BatchOptions<typeof Point> = { maxRows: 8, sameShape: ['tags'], key: ({ x }) => x.toFixed(0) }
const options: StageOptions<typeof Point, typeof Result, never> = {
  name: 'square',
  input: Point,
  output: Result,
  batch,
  handler: (rows) => ({ y: rows.column('x').map((x) => x * x) }),
}
export const square = stage({ ...options, handler: (rows) => ({ y: rows.column('x').map((x) => x * x) }) })
export const again = stage({ name: 'again', input: Result, output: Result, handler: (rows) => rows.column('y').slice() })
export const scored = stage({ name: 'scored', input: Point, output: Result, handler: onnxHandler() })
export default [
  endpoint('/square', pipe(square).to(again), { query: ['region'] }),
  endpoint('/scored/{id}', scored, {
    models: modelCache({ store: fsStore('models'), path: '/{id}', load: onnxModel(), prefetch: 'all' }),
  }),
]
export const server = new Server({ app: new URL('app.js', import.meta.url), port: 0 })
export const ok: number = exitCodes.ok
`

const settings = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
    noEmit: true,
  },
  include: ['*.ts'],
}

test('R120 no declaration of the packages says any', () => {
  const found = ['core', 'worker', 'cascade'].flatMap((name) => {
    const folder = join(root, 'packages', name, 'dist')
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.ts'))
      .flatMap((file) => linesWithAny(readFileSync(join(folder, file), 'utf8')).map((line) => `${file}: ${line}`))
  })

  expect(found).toEqual([])
})

test('R120 a project with strict settings and exact optional properties compiles against the packages', {
  timeout: 60_000,
}, () => {
  const folder = mkdtempSync(join(root, 'test/dist/consumer-'))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
    writeFileSync(join(folder, 'app.ts'), consumer)

    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })

    expect(ownErrors(stdout)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** Declarations of other packages may have errors of their own. */
function ownErrors(stdout: string): readonly string[] {
  return stdout.split('\n').filter((line) => /error TS/.test(line) && !/node_modules\/(?!@redesmyn)/.test(line))
}

function linesWithAny(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\/\/.*$/gm, '')
  // A method may well be called so.
  return code.split('\n').filter((line) => /\bany\b(?!\()/.test(line.replace(/'[^']*'|"[^"]*"/g, '')))
}
