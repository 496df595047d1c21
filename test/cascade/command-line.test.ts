import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { envOf, flagOf, optionNames, optionTable } from '@redesmyn/worker'
import { describe, expect, test } from 'vitest'
import { appPath, runCascade } from './cascade-process.ts'

describe('cascade', () => {
  test('the help of serve names every option with its variable and meaning', async () => {
    const { code, stdout } = await runCascade(['serve', '--help'])

    const help = stdout.replace(/\s+/g, ' ')
    expect(code).toBe(0)
    for (const name of optionNames) {
      expect(help).toContain(`${flagOf(name)} ${optionTable[name].placeholder}`)
      expect(help).toContain(`env ${envOf(name)}`)
      expect(help).toContain(optionTable[name].description)
    }
  })

  test.each([[['--help']], [['help']], [['check', '--help']], [['help', 'check']]])('%j ends with 0', async (words) => {
    const { code, stdout } = await runCascade(words)

    expect(code).toBe(0)
    expect(stdout).toContain('Usage: cascade')
  })

  test('--version prints the version alone', async () => {
    const { code, stdout } = await runCascade(['--version'])

    expect([code, stdout]).toEqual([0, '0.1.0\n'])
  })

  test.each([
    [['serve', 'app.ts', '--prot', '1'], "unknown option '--prot'", 'Did you mean --port?'],
    [['srve', 'app.ts'], "unknown command 'srve'", 'Did you mean serve?'],
    [['serve'], "missing required argument 'app'", '--help'],
    [['serve', 'app.ts', 'other.ts'], 'too many arguments', '--help'],
    [['serve', 'app.ts', '--port', '99999'], '--port must be a whole number from 0 to 65535', '--help'],
    [['check', appPath('nowhere.ts')], 'nowhere.ts', 'next:'],
  ])('%j ends with 2, says what is wrong and what to do', async (words, wrong, next) => {
    const { code, stdout, stderr } = await runCascade(words)

    expect(code).toBe(2)
    expect(stderr).toContain(wrong)
    expect(stderr).toContain(next)
    expect(stdout).toBe('')
  })

  test('a bad variable is named', async () => {
    const { code, stderr } = await runCascade(['serve', appPath('exp.ts')], { CASCADE_DRAIN_MS: 'soon' })

    expect(code).toBe(2)
    expect(stderr).toContain('CASCADE_DRAIN_MS must be a whole number from 0 to 86400000')
  })
})

describe('cascade check', () => {
  test('a module with a syntax error is refused with 2, its file and its line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cascade-'))
    const app = join(folder, 'misspelt.js')
    await writeFile(app, "import { endpoint } from '@redesmyn/core'\n\nexport default endpoint('/inference',\n")

    const { code, stdout, stderr } = await runCascade(['check', app])
    await rm(folder, { recursive: true })

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/misspelt\.js:4:\d+: /)
  })

  test('prints endpoints, stages and columns, and ends although the app holds a timer', async () => {
    const { code, stdout, stderr } = await runCascade(['check', appPath('slow.ts')])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('endpoint  POST /slow → slow')
    expect(stdout).toContain('input   waitMs: float64')
  })

  test('--json prints one object', async () => {
    const { code, stdout } = await runCascade(['check', appPath('exp.ts'), '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      app: appPath('exp.ts'),
      configFile: null,
      config: expect.any(Array),
      assets: [],
      remotes: [],
      endpoints: [{ path: '/inference/{variant}', stages: ['exp'], hasModels: false }],
      stages: [
        {
          name: 'exp',
          input: [{ name: 'x', type: 'float64', isNullable: false }],
          output: [{ name: 'y', type: 'float64', isNullable: false }],
          threads: 1,
          concurrency: 1,
          batch: { maxRows: 256, maxDelayMs: 0 },
          queue: { maxRows: 4096, maxBytes: 64 * 1024 ** 2 },
        },
      ],
    })
  })

  test.each([
    ['unusable.ts', /minRows/],
    ['twice.ts', /"POST \/inference" is registered already/],
  ])('%s is refused with 2 and the reason', async (app, reason) => {
    const { code, stdout, stderr } = await runCascade(['check', appPath(app)])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(reason)
  })
})
