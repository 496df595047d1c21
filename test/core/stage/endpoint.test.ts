import { endpoint, isEndpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Point = Type.Object({ x: Type.Number() })
const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })

test('an endpoint joins a stage to a path; what it does not set is left to the server', () => {
  const mounted = endpoint('/a/{b}/', same)

  expect(mounted).toMatchObject({
    path: '/a/{b}/',
    stage: same,
    models: undefined,
    config: {
      onInvalid: 'fail',
      maxBodyBytes: undefined,
      requestTimeoutMs: undefined,
      bodyTimeoutMs: undefined,
      emptyBody: 'refuse',
    },
  })
  expect([mounted, same, null, {}].map(isEndpoint)).toEqual([true, false, false, false])
})

test.each(['', 'a', 'http://host/a', '/a b', '/a?b=1', '/a#b', '/a\n'])('the path %j is refused', (path) => {
  expect(() => endpoint(path, same)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test.each([
  ['maxBodyBytes', { maxBodyBytes: 0 }],
  ['requestTimeoutMs', { requestTimeoutMs: Number.NaN }],
  ['bodyTimeoutMs', { bodyTimeoutMs: -1 }],
])('an unusable %s is refused by name', (option, options) => {
  expect(() => endpoint('/a', same, options)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${option} of endpoint "/a"`) }),
  )
})

test('M67 only the first stage of a pipeline may keep rows apart by a key', () => {
  const keyed = stage({
    name: 'keyed',
    input: Point,
    output: Point,
    batch: { key: ({ x }) => `${x}` },
    handler: (batch) => ({ x: batch.column('x') }),
  })

  expect(() => endpoint('/a', pipe(keyed).to(same))).not.toThrow()
  expect(() => endpoint('/a', pipe(same).to(keyed))).toThrow(
    'the stage "keyed" of endpoint "/a" has batch.key or batch.sameShape, which only the first stage',
  )
})
