import { envOf, flagOf, optionNames, optionTable } from '@redesmyn/worker'
import { describe, expect, test } from 'vitest'

describe('option table', () => {
  test('flags and variables are the option name in their own spelling', () => {
    expect([flagOf('maxBodyBytes'), envOf('maxBodyBytes')]).toEqual(['--max-body-bytes', 'CASCADE_MAX_BODY_BYTES'])
    expect([flagOf('port'), envOf('port')]).toEqual(['--port', 'CASCADE_PORT'])
  })

  test('every default is a value that its own check accepts', () => {
    for (const name of optionNames) {
      const { default: byDefault, read } = optionTable[name]
      if (byDefault !== undefined) expect(read(byDefault), name).toBe(byDefault)
    }
  })

  test('every number with a unit carries it in its name', () => {
    const suffixes = { milliseconds: 'Ms', bytes: 'Bytes', threads: 'hreads' }
    for (const name of optionNames) {
      const { unit } = optionTable[name]
      if (unit !== undefined) expect(name.endsWith(suffixes[unit]), name).toBe(true)
    }
  })

  test('what stands before the name of a metric is checked with the other options', () => {
    const { metricsPrefix, mosecNamespace } = optionTable

    for (const { read } of [metricsPrefix, mosecNamespace]) {
      expect(['a_1', '1a', 'a-b', ''].map((given) => read(given))).toEqual(['a_1', undefined, undefined, undefined])
    }
  })
})
