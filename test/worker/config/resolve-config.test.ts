import { PipelineError } from '@redesmyn/core'
import { optionNames, optionTable, readFlag, resolveConfig } from '@redesmyn/worker'
import { describe, expect, test } from 'vitest'

const mebibyte = 1024 ** 2

describe('resolveConfig', () => {
  test('without options and environment every option has its default', () => {
    const config = resolveConfig({}, {})

    const defaults = Object.fromEntries(optionNames.map((name) => [name, optionTable[name].default]))
    expect(config).toEqual(defaults)
    expect(Object.keys(config).sort()).toEqual([...optionNames].sort())
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8000, maxBodyBytes: 10 * mebibyte, drainMs: 30_000 })
  })

  test('an option goes before the environment, and the environment before the default', () => {
    const env = { CASCADE_PORT: '9000', CASCADE_DRAIN_MS: '7' }

    const config = resolveConfig({ port: 0 }, env)

    expect(config).toMatchObject({ port: 0, drainMs: 7, requestTimeoutMs: 3000 })
  })

  test('an empty variable counts as unset', () => {
    expect(resolveConfig({}, { CASCADE_PORT: '' }).port).toBe(8000)
  })

  test('the result is frozen', () => {
    expect(Object.isFrozen(resolveConfig({}, {}))).toBe(true)
  })

  test.each([
    ['10485760', 10 * mebibyte],
    ['10MiB', 10 * mebibyte],
    ['512 KiB', mebibyte / 2],
    ['3B', 3],
  ])('bytes may be written as %s', (text, bytes) => {
    expect(readFlag('maxBodyBytes', text)).toBe(bytes)
  })

  test.each(['10mb', '1e3', '-1', '1.5', '', '0x10', '99999999999999999999'])(
    'bytes may not be written as "%s"',
    (text) => {
      expect(() => readFlag('maxBodyBytes', text)).toThrow(PipelineError)
    },
  )

  test('a suffix of bytes is no port', () => {
    expect(() => readFlag('port', '8KiB')).toThrow('--port must be a whole number from 0 to 65535, got "8KiB"')
  })

  test.each([
    [{ port: 65_536 }, {}, 'port must be a whole number from 0 to 65535, got 65536'],
    [{ port: 1.5 }, {}, 'port must be a whole number from 0 to 65535, got 1.5'],
    [{ port: Number.NaN }, {}, 'port must be a whole number from 0 to 65535, got NaN'],
    [{ threads: 0 }, {}, 'threads must be a whole number from 1 to 1024, got 0'],
    [{ host: '' }, {}, 'host must be a text that is not empty, got ""'],
    [{}, { CASCADE_PORT: 'http' }, 'CASCADE_PORT must be a whole number from 0 to 65535, got "http"'],
    [{}, { CASCADE_FRONT_END: 'nginx' }, 'CASCADE_FRONT_END must be one of auto, uws, http, got "nginx"'],
    [{}, { CASCADE_LOG_LEVEL: 'INFO' }, 'CASCADE_LOG_LEVEL must be one of'],
  ])('%j with %j is refused with the name and the value', (options, env, message) => {
    expect(() => resolveConfig(options, env)).toThrow(message)
  })

  test('a refusal is CONFIG_INVALID and names the option in its details', () => {
    const failure = catchError(() => resolveConfig({ port: -1 }, {}))

    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', details: { option: 'port' } })
  })

  test('an option that does not exist is refused by name', () => {
    const misspelt: object = { prot: 8000 }

    expect(() => resolveConfig(misspelt, {})).toThrow('"prot" is not an option of the server')
  })
})

function catchError(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}
