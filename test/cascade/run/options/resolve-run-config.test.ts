import { describe, expect, test } from 'vitest'
import { resolveRunConfig } from '../../../../packages/cascade/dist/run/options/resolve-run-config.js'
import { type RunOptionName, runOptionNames } from '../../../../packages/cascade/dist/run/options/run-option-table.js'
import { runEnvOf, runFlagOf } from '../../../../packages/cascade/dist/run/options/run-option-text.js'
import { thrownBy } from '../../../thrown.ts'

const nothing = { options: {}, env: {}, file: undefined }

function fileWith(run: Readonly<Record<string, unknown>>) {
  return { name: 'cascade.config.yaml', keyOf: (name: string) => `cascade.config.yaml: run.${name}`, run }
}

describe('the options of a run', () => {
  test('have defaults where nobody says anything', () => {
    expect(resolveRunConfig(nothing)).toMatchObject({
      memoryBytes: 1024 ** 3,
      publish: 'part',
      progress: 'auto',
      restart: false,
      threads: undefined,
    })
  })

  test('come from a flag before the environment, from that before the file, and from that before the default', () => {
    const file = fileWith({ threads: 1, nice: 2, partRows: 3 })
    const env = { CASCADE_RUN_THREADS: '4', CASCADE_RUN_NICE: '5' }

    const config = resolveRunConfig({ options: { threads: 6 }, env, file })

    expect(config).toMatchObject({ threads: 6, nice: 5, partRows: 3, publish: 'part' })
  })

  test('an empty variable counts as unset', () => {
    const config = resolveRunConfig({ ...nothing, env: { CASCADE_RUN_NICE: '' } })

    expect(config.nice).toBe(0)
  })

  test('bytes carry their unit', () => {
    const config = resolveRunConfig({ ...nothing, env: { CASCADE_RUN_MEMORY: '600MiB' } })

    expect(config.memoryBytes).toBe(600 * 1024 ** 2)
  })

  test('a list in the environment is split at commas, but not inside braces', () => {
    const config = resolveRunConfig({ ...nothing, env: { CASCADE_RUN_PARTITION: 'day={1,2}, day=3' } })

    expect(config.partition).toEqual(['day={1,2}', 'day=3'])
  })

  test.each<[RunOptionName, unknown, string]>([
    ['threads', '0', 'CASCADE_RUN_THREADS must be a whole number from 1 to 1024, got "0"'],
    [
      'memoryBytes',
      '1MiB',
      'CASCADE_RUN_MEMORY must be bytes, as a number or with KiB, MiB or GiB, from 16MiB to 1024GiB, got "1MiB"',
    ],
    ['shard', '9/8', 'CASCADE_RUN_SHARD must be a share such as 3/8, the first being 1/8, or 0+1/8, got "9/8"'],
    ['shard', '0/8', 'CASCADE_RUN_SHARD must be a share'],
    ['maxRejects', '101%', 'CASCADE_RUN_MAX_REJECTS must be a number of rows such as 1000, or a share such as 1%'],
    ['publish', 'never', 'CASCADE_RUN_PUBLISH must be one of part, atomic, got "never"'],
    ['unordered', 'yes', 'CASCADE_RUN_UNORDERED must be true or false, got "yes"'],
    ['partition', ',', 'CASCADE_RUN_PARTITION must be one or more texts that are not empty, got ","'],
  ])('%s from the environment as %j is refused', (name, given, message) => {
    const error = thrownBy(() => resolveRunConfig({ ...nothing, env: { [runEnvOf(name) ?? '']: String(given) } }))

    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(message)
  })

  test('a value of the file is refused with its place', () => {
    const error = thrownBy(() => resolveRunConfig({ ...nothing, file: fileWith({ nice: 20 }) }))

    expect(error.message).toBe('cascade.config.yaml: run.nice must be a whole number from 0 to 19, got 20')
  })

  test('a key that is no option is refused with what was probably meant', () => {
    const error = thrownBy(() => resolveRunConfig({ ...nothing, file: fileWith({ partrows: 1 }) }))

    expect(error.message).toBe(
      'cascade.config.yaml: run: "partrows" is not an option of a run, did you mean "partRows"?',
    )
  })

  test('what is meant for one run cannot be left in the environment or in the file', () => {
    const config = resolveRunConfig({ ...nothing, env: { CASCADE_RUN_RESTART: 'true' } })
    const error = thrownBy(() => resolveRunConfig({ ...nothing, file: fileWith({ restart: true }) }))

    expect(config.restart).toBe(false)
    expect(error.message).toContain('run.restart is meant for one run, expected it as the flag --restart')
  })

  test('each has a flag and a variable of its own', () => {
    const flags = runOptionNames.map(runFlagOf)
    const variables = runOptionNames.map(runEnvOf).filter((name) => name !== undefined)

    expect(new Set(flags).size).toBe(flags.length)
    expect(new Set(variables).size).toBe(variables.length)
    expect(flags).toEqual(expect.arrayContaining(['--memory', '--part-rows', '--max-rejects', '--accept-drift']))
  })
})
