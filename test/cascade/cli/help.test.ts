import { describe, expect, test } from 'vitest'
import { runCascade } from '../cascade-process.ts'
import { runOver } from './memory-io.ts'
import { scriptedDriver } from './scripted-driver.ts'

const commands = ['serve', 'run', 'check', 'status', 'rejects', 'retry-rejects', 'commit', 'deploy'] as const
const ofDeploy = ['deploy k8s', 'deploy ecs'] as const

describe('the help', () => {
  test('C9 of the command and of each of its commands ends with 0, with examples and exit codes', async () => {
    const overview = await runOver(scriptedDriver(), ['--help'])

    expect(overview.code).toBe(0)
    for (const name of [...commands, ...ofDeploy]) {
      const { code, stdout, stderr } = await runOver(scriptedDriver(), [...name.split(' '), '--help'])

      expect([name, code, stderr]).toEqual([name, 0, ''])
      expect(overview.stdout).toContain(`\n  ${name.split(' ')[0]} `)
      expect(stdout).toContain(`Usage: cascade ${name} `)
      expect(stdout).toContain(`Examples:\n`)
      expect(stdout).toContain('Exit codes:')
    }
  })

  test('C9 an unknown flag ends with 2 and says what was probably meant', async () => {
    for (const name of [...commands.filter((name) => name !== 'deploy'), ...ofDeploy]) {
      const { code, stdout, stderr } = await runOver(scriptedDriver(), [...name.split(' '), 'x', '--jsno'])

      expect([name, code, stdout]).toEqual([name, 2, ''])
      expect(stderr).toContain("unknown option '--jsno'")
      expect(stderr).toContain('Did you mean --json?')
    }
  })

  test('C9 the real command says so too', async () => {
    const [help, unknown] = await Promise.all([
      runCascade(['run', '--help']),
      runCascade(['run', 'x', '--shrad', '1/2']),
    ])

    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('Did you mean --shard?')
  })

  test('no line is wider than 80 columns', async () => {
    for (const name of [...commands, ...ofDeploy]) {
      const { stdout } = await runOver(scriptedDriver(), [...name.split(' '), '--help'])

      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })
})
