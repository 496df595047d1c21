import { type PathParams, parsePathTemplate } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'

describe('matching', () => {
  test('a parameter matches one segment that is not empty', () => {
    const template = parsePathTemplate('/predictions/{country}/{region}')

    expect(template.names).toEqual(['country', 'region'])
    expect(template.match('/predictions/US/CA')).toEqual({ country: 'US', region: 'CA' })
    expect(template.match('/predictions/US')).toBeUndefined()
    expect(template.match('/predictions/US/')).toBeUndefined()
    expect(template.match('/predictions//CA')).toBeUndefined()
    expect(template.match('/predictions/US/CA/LA')).toBeUndefined()
    expect(template.match('/other/US/CA')).toBeUndefined()
  })

  test('a value is percent-decoded once', () => {
    const template = parsePathTemplate('/a/{p}')

    expect(template.match('/a/US%2DCA')).toEqual({ p: 'US-CA' })
    expect(template.match('/a/100%2525')).toEqual({ p: '100%25' })
    expect(template.match('/a/caf%C3%A9')).toEqual({ p: 'café' })
  })

  test.each(['a%2fb', '%2Fetc', 'a%00b', '..', '.', '%2e%2e', '%2e', '%c3%28', '%zz', '%'])(
    'the value "%s" is refused',
    (value) => {
      const template = parsePathTemplate('/a/{p}')

      expect(() => template.match(`/a/${value}`)).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }))
    },
  )

  test('an unusable value does not hide that the path is another one', () => {
    expect(parsePathTemplate('/a/{p}/b').match('/a/%2f/c')).toBeUndefined()
  })

  test('a slash at the end belongs to the path', () => {
    expect(parsePathTemplate('/a/{p}/').match('/a/x/')).toEqual({ p: 'x' })
    expect(parsePathTemplate('/a/{p}/').match('/a/x')).toBeUndefined()
    expect(parsePathTemplate('/a/{p}').match('/a/x/')).toBeUndefined()
    expect(parsePathTemplate('/').match('/')).toEqual({})
  })

  test('fixed text may stand around a parameter', () => {
    const template = parsePathTemplate('/v{version}/model-{id}.onnx')

    expect(template.match('/v2/model-a.b.onnx')).toEqual({ version: '2', id: 'a.b' })
    expect(template.match('/v2/model-.onnx')).toBeUndefined()
    expect(template.match('/v/model-a.onnx')).toBeUndefined()
  })

  test('a parameter may be named like a property of every object', () => {
    const params = parsePathTemplate('/{__proto__}/{constructor}').match('/x/y') ?? {}

    expect(Object.entries(params)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype)
  })
})

describe('filling', () => {
  test('the order of parameters may differ between the two paths', () => {
    const params = parsePathTemplate('/predict/{b}/{a}').match('/predict/2/1')

    expect(parsePathTemplate('/{a}/{b}/artifacts/model').fill(params ?? {})).toBe('/1/2/artifacts/model')
  })

  test.each<PathParams>([{ a: '..' }, { a: '.' }, { a: '' }, { a: '/etc' }, { a: 'b/c' }, { a: 'b\0' }, {}])(
    'no value leads out of its segment: %j',
    (params) => {
      expect(() => parsePathTemplate('/{a}/model').fill(params)).toThrow(
        expect.objectContaining({ code: 'PARAMETER_INVALID' }),
      )
    },
  )

  test('a parameter that every object seems to have must be given', () => {
    expect(() => parsePathTemplate('/{toString}').fill({})).toThrow('the parameter "toString" is missing')
  })
})

test('a store that lists can ask segment by segment', () => {
  const template = parsePathTemplate('/fixed/v{version}/{name}.onnx')

  expect(template.depth).toBe(3)
  expect(['fixed', 'other'].map((text) => template.takes(0, text))).toEqual([true, false])
  expect(['v1', 'v', 'w1'].map((text) => template.takes(1, text))).toEqual([true, false, false])
  expect(['a.onnx', 'a%2f.onnx', '.onnx', 'a.txt'].map((text) => template.takes(2, text))).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(template.takes(3, 'a')).toBe(false)
  expect(['.', '..'].map((text) => parsePathTemplate('/{p}').takes(0, text))).toEqual([false, false])
})

test.each([
  ['a/{p}', 'does not start with "/"'],
  ['', 'does not start with "/"'],
  ['/{p}/{p}', 'has the parameter "p" twice'],
  ['/a/{}', 'has the segment "{}"'],
  ['/a/{p', 'has the segment "{p"'],
  ['/a/{p}{q}', 'has the segment "{p}{q}"'],
  ['/a/{1p}', 'has the segment "{1p}"'],
  ['/a/../{p}', 'has the segment ".."'],
])('the template "%s" %s', (text, problem) => {
  expect(() => parsePathTemplate(text)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(problem) }),
  )
})
