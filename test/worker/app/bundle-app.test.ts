import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isStage } from '@redesmyn/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundleApp } from '../../../packages/worker/dist/app/bundle-app.js'
import { assertHasEndpoint, loadApp } from '../../../packages/worker/dist/app/load-app.js'

const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const bundler = fileURLToPath(new URL('../../../packages/worker/dist/app/bundle-app.js', import.meta.url))
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redesmyn-app-'))
  await mkdir(join(folder, 'node_modules'))
  for (const name of ['@redesmyn', 'typebox', 'apache-arrow']) {
    await symlink(join(packages, name), join(folder, 'node_modules', name))
  }
})
afterEach(() => rm(folder, { recursive: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

const schemas = `
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'
const Point = Type.Object({ x: Type.Number() })
const options = (name: string) => ({ name, input: Point, output: Point, handler: (batch: any) => ({ x: batch.column('x') }) })
`

describe('bundling an app', () => {
  test('an app of several TypeScript files becomes one module, in the cache beside its packages', async () => {
    await write({
      'src/app.ts': `${schemas}import { name } from './name.ts'\nexport default endpoint('/a', stage(options(name)))`,
      'src/name.ts': `export const name: string = 'from-another-file'`,
    })

    const bundled = await bundleApp(join(folder, 'src/app.ts'))
    const { stages, endpoints } = await loadApp(bundled.url)

    expect(bundled.folder).toMatch(/\/src$/)
    expect(dirname(fileURLToPath(bundled.url))).toMatch(/node_modules\/\.cache\/cascade$/)
    expect(endpoints.map(({ path }) => path)).toEqual(['/a'])
    expect([...stages.keys()]).toEqual(['from-another-file'])
    expect(isStage(stages.get('from-another-file'))).toBe(true)
  })

  test('plain JavaScript is bundled just so, as a module or as CommonJS', async () => {
    const body = `
      const Point = Type.Object({ x: Type.Number() })
      const echo = stage({ name: 'echo', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })`
    await write({
      'app.mjs': `import { endpoint, stage } from '@redesmyn/core'\nimport { Type } from 'typebox'${body}
        export default endpoint('/echo', echo)`,
      'app.cjs': `const { endpoint, stage } = require('@redesmyn/core')\nconst { Type } = require('typebox')${body}
        module.exports = [endpoint('/echo', echo)]`,
    })

    const apps = await Promise.all(
      ['app.mjs', 'app.cjs'].map(async (name) => loadApp((await bundleApp(join(folder, name))).url)),
    )

    expect(apps.map(({ endpoints }) => endpoints.map(({ path }) => path))).toEqual([['/echo'], ['/echo']])
  })

  test('every file keeps its own place', async () => {
    await write({
      'app.ts': `${schemas}import { here } from './deep/inside.ts'
        export const places = [import.meta.url, import.meta.dirname, here]
        export default endpoint('/a', stage(options('a')))`,
      'deep/inside.ts': `export const here = import.meta.filename`,
    })

    const { url, folder: appFolder } = await bundleApp(join(folder, 'app.ts'))
    const { app } = await import(url)

    expect(app.places).toEqual([
      pathToFileURL(join(appFolder, 'app.ts')).href,
      appFolder,
      join(appFolder, 'deep/inside.ts'),
    ])
  })

  test('packages stay outside, one instance for the app and whoever loads it', async () => {
    await write({
      'app.ts': `${schemas}import { Table } from 'apache-arrow'\nexport { Table, stage }\nexport default endpoint('/a', stage(options('a')))`,
    })

    const { app } = await import((await bundleApp(join(folder, 'app.ts'))).url)
    const [{ Table }, { stage }] = await Promise.all([import('apache-arrow'), import('@redesmyn/core')])

    expect([app.Table === Table, app.stage === stage]).toEqual([true, true])
  })

  test('an app that did not change has the same name, one that did another', async () => {
    const app = (name: string) => `${schemas}export default endpoint('/a', stage(options('${name}')))`
    await write({ 'app.ts': app('first') })

    const first = await bundleApp(join(folder, 'app.ts'))
    const again = await bundleApp(join(folder, 'app.ts'))
    await write({ 'app.ts': app('second') })
    const changed = await bundleApp(join(folder, 'app.ts'))

    expect(again).toEqual(first)
    expect(changed.hash).not.toBe(first.hash)
    expect([...(await loadApp(first.url)).stages.keys()]).toEqual(['first'])
    expect([...(await loadApp(changed.url)).stages.keys()]).toEqual(['second'])
  })

  test('several processes and several calls may bundle the same app at once', async () => {
    await write({ 'app.ts': `${schemas}export default endpoint('/a', stage(options('a')))` })
    const script = `import(${JSON.stringify(bundler)}).then(({ bundleApp }) => bundleApp(process.argv[1])).then(({ hash }) => console.log(hash))`

    const [others, own] = await Promise.all([
      Promise.all([1, 2, 3].map(() => output(script, join(folder, 'app.ts')))),
      Promise.all([1, 2, 3].map(() => bundleApp(join(folder, 'app.ts')))),
    ])

    expect(new Set([...others, ...own.map(({ hash }) => hash)]).size).toBe(1)
    const left = await readdir(join(folder, 'node_modules/.cache/cascade'))
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test.each([
    ['a syntax error', `export default endpoint('/a'\nconst x = ]`, /app\.ts:2:\d+: /],
    ['a file that is not there', `import './nowhere.ts'`, /app\.ts:1:8: Could not resolve ".\/nowhere.ts"/],
    ['a package that is not there', `\nimport 'no-such-package'`, /app\.ts:2:8: Could not resolve "no-such-package"/],
  ])('%s is told with file and line', async (_, text, message) => {
    await write({ 'app.ts': text })

    const bundled = bundleApp(join(folder, 'app.ts'))

    await expect(bundled).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) })
  })

  test.each([
    ['nothing.ts', /there is no app module ".*nothing\.ts"/],
    ['.', /is a folder, not an app module/],
  ])('a path that leads to no file (%s) is told', async (path, message) => {
    await expect(bundleApp(join(folder, path))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    })
  })
})

describe('loading an app', () => {
  async function load(text: string) {
    await write({ 'app.ts': schemas + text })
    return loadApp((await bundleApp(join(folder, 'app.ts'))).url)
  }

  test('endpoints and stages are found in default and named exports, alone or in lists', async () => {
    const app = await load(`
      export const lonely = stage(options('lonely'))
      const a = stage(options('a'))
      export const more = [endpoint('/b', stage(options('b')))]
      export default [endpoint('/a', a), endpoint('/again', a)]`)

    expect(app.endpoints.map(({ path }) => path)).toEqual(['/a', '/again', '/b'])
    expect([...app.stages.keys()].toSorted()).toEqual(['a', 'b', 'lonely'])
  })

  test('the bundle brings a compiler for its own schemas', async () => {
    const { compile, stages } = await load(`export default endpoint('/a', stage(options('a')))`)

    const check = compile(stages.get('a')?.input?.json ?? {})

    expect([check.Check({ x: 1 }), check.Check({ x: 'one' })]).toEqual([true, false])
  })

  test.each([
    [
      `export default [endpoint('/a', stage(options('a'))), endpoint('/b', stage(options('a')))]`,
      'two stages are named "a", threads find a stage by its name',
    ],
    [
      `\n\nfunction connect(): void { throw new Error('no database') }\nconnect()\nexport default 1`,
      /^the app module failed while it was loaded: .*app\.ts:\d+:\d+: no database$/,
    ],
  ])('an app that cannot be served says why (%#)', async (text, message) => {
    await expect(load(text)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    })
  })

  test('what an app throws while it is loaded is told with its place in the file that the user wrote', async () => {
    const loading = load(`export const a = stage(options('a'))\nthrow new Error('here')`)

    const line = schemas.split('\n').length + 1
    await expect(loading).rejects.toThrow(new RegExp(`app\\.ts:${line}:\\d+: here$`))
  })

  test('a file that is no module is told apart', async () => {
    await write({ 'rows.csv': 'a,b' })

    await expect(bundleApp(join(folder, 'rows.csv'))).rejects.toThrow(
      /^expected an app, a module \(.*\) or a declaration \(.*\), got ".*rows\.csv"$/,
    )
  })

  test('an app without endpoints is told how to write one', async () => {
    const app = await load(`export const a = stage(options('a'))`)

    expect(() => assertHasEndpoint(app)).toThrow(`write for instance: export default endpoint('/inference', a)`)
  })

  test('a mistake in the definition of a stage is told as it is', async () => {
    const app = load(`export default endpoint('/a', stage({ ...options('a'), threads: 0 }))`)

    await expect(app).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('threads') })
  })

  test('isMain holds for the module that was started, and not for its bundle', async () => {
    const worker = `import { isMain } from '@redesmyn/worker'`
    await write({ 'main.mjs': `${worker}\nconsole.log(isMain(import.meta))\nexport default 1` })
    await symlink(join(packages, 'piscina'), join(folder, 'node_modules/piscina'))
    const bundled = await bundleApp(join(folder, 'main.mjs'))
    const script = `import(${JSON.stringify(bundled.url)})`

    const started = await run([join(folder, 'main.mjs')])
    const imported = await output(script, join(folder, 'main.mjs'))

    expect([started, imported]).toEqual(['true', 'false'])
  })
})

function output(script: string, argument: string): Promise<string> {
  return run(['--input-type=module', '--eval', script, argument])
}

async function run(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  return text.trim()
}
