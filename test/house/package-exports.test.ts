import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source-file.ts'

test.each(['core', 'worker', 'cascade'])('R177 %s can be imported by its name and in no other way', (name) => {
  const manifest: { readonly exports: object } = JSON.parse(
    readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'),
  )
  const inner = name === 'cascade' ? 'dist/cli/main.js' : 'dist/index.js'
  const deep = [inner, `src/index.ts`, 'package.json'].map((path) => `@redesmyn/${name}/${path}`)
  const script = `
    const codes = []
    for (const name of ${JSON.stringify(deep)}) await import(name).catch((error) => codes.push(error.code))
    console.log(JSON.stringify(codes), typeof (await import('@redesmyn/${name}')))`

  const args = ['--input-type=module', '--eval', script]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(root, 'test'), encoding: 'utf8' })

  expect(stderr).toBe('')
  expect(Object.keys(manifest.exports)).toEqual(['.'])
  expect(stdout.trim()).toBe(`${JSON.stringify(deep.map(() => 'ERR_PACKAGE_PATH_NOT_EXPORTED'))} object`)
})
