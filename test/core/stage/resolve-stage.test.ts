import { isStage, stage, type StageOptions } from '@redesmyn/core'
import { type TObject, Type } from 'typebox'
import { expect, test } from 'vitest'

const Point = Type.Object({ x: Type.Number() })

type Options = Partial<StageOptions<typeof Point, typeof Point, unknown>>

function define(options: Options) {
  return stage({ name: 's', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }), ...options })
}

test('a stage without options gets the defaults, complete and frozen', () => {
  const { config, name } = define({})

  expect(name).toBe('s')
  expect(config).toEqual({
    returns: 'same',
    effects: 'pure',
    partitionBy: undefined,
    affinity: false,
    threads: 1,
    concurrency: 1,
    batch: { maxRows: 256, minRows: 1, maxDelayMs: 0, maxBytes: Number.POSITIVE_INFINITY, split: false },
    queue: { maxRows: 4096, maxBytes: 67_108_864 },
    columnBytes: {},
    mutatesInput: false,
    checkWrites: undefined,
    coerce: false,
    needs: [],
    timeoutMs: undefined,
    examples: [],
    strictWarmUp: false,
    recycle: { maxBatches: undefined, maxAgeMs: undefined },
    isolation: 'thread',
    env: {},
    maxHeapMiB: undefined,
  })
  expect(Object.isFrozen(config) && Object.isFrozen(config.batch) && Object.isFrozen(config.queue)).toBe(true)
})

test.each([0, 1])('maxRows %i serves every row alone', (maxRows) => {
  expect(define({ batch: { maxRows } }).config.batch).toMatchObject({ maxRows: 1, minRows: 1 })
})

test('a stage that waits, waits for a full batch unless told for fewer rows', () => {
  expect(define({ batch: { maxDelayMs: 10 } }).config.batch.minRows).toBe(256)
  expect(define({ batch: { maxDelayMs: 10, minRows: 8, maxRows: 64 } }).config.batch.minRows).toBe(8)
})

const refused: readonly (readonly [string, Options])[] = [
  ['name', { name: 'a b' }],
  ['name', { name: '' }],
  ['threads', { threads: 0 }],
  ['threads', { threads: 1.5 }],
  ['concurrency', { concurrency: Number.NaN }],
  ['batch.maxRows', { batch: { maxRows: -1 } }],
  ['batch.maxDelayMs', { batch: { maxDelayMs: Number.POSITIVE_INFINITY } }],
  ['batch.minRows', { batch: { minRows: 4, maxRows: 8 } }],
  ['batch.maxRows', { batch: { minRows: 4, maxDelayMs: 1 } }],
  ['batch.sameShape', { batch: { sameShape: [JSON.parse('"y"')] } }],
  ['batch.key', { batch: { key: JSON.parse('"x"') } }],
  ['batch.minRows', { batch: { minRows: 5, maxRows: 4, maxDelayMs: 1 } }],
  ['batch.minRows', { batch: { minRows: 0, maxRows: 8, maxDelayMs: 1 } }],
  ['batch.maxBytes', { batch: { maxBytes: 0 } }],
  ['batch.columnBytes.x', { batch: { columnBytes: { x: 0 } } }],
  ['queue.maxRows', { queue: { maxRows: 0 } }],
  ['queue.maxBytes', { queue: { maxBytes: -1 } }],
  ['timeoutMs', { timeoutMs: 0 }],
  ['recycle.maxBatches', { recycle: { maxBatches: 1.5 } }],
  ['recycle.maxAgeMs', { recycle: { maxAgeMs: 0 } }],
  ['isolation', { isolation: 'process' as never }],
  ['threads > 1', { isolation: 'inline', threads: 2 }],
  ['env', { isolation: 'inline', env: { A: '1' } }],
  ['maxHeapMiB', { isolation: 'inline', maxHeapMiB: 64 }],
  ['maxHeapMiB', { maxHeapMiB: 1 }],
  ['env', { env: { 'A=B': '1' } }],
  ['env.A', { env: { A: 1 as never } }],
]

test.each(refused)('an unusable %s is refused by name: %j', (option, options) => {
  expect(() => define(options)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(option) }),
  )
})

test.each([
  [{ minRows: 4, maxRows: 8 }, 'batch.minRows of stage "s" needs batch.maxDelayMs, or a batch could wait for ever'],
  [{ minRows: 4, maxDelayMs: 10 }, 'batch.minRows of stage "s" needs batch.maxRows beside it'],
  [{ minRows: 9, maxRows: 8, maxDelayMs: 10 }, 'batch.minRows of stage "s" must be <= batch.maxRows 8, got 9'],
])('R037 %j is refused where the stage is defined', (batch, message) => {
  expect(() => define({ batch })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }))
})

test('what JavaScript lets through is refused too', () => {
  const options: readonly Readonly<Record<string, unknown>>[] = [
    { handler: 'no function' },
    { coerce: 'yes' },
    { threads: '2' },
    { input: 'x' },
  ]

  for (const wrong of options) expect(() => define(wrong)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

test('a schema that no columns can hold is refused where the stage is defined, naming stage and side', () => {
  const bad: TObject = Type.Object({ x: Type.Any() })

  expect(() => stage({ name: 's', input: bad, handler: () => [] })).toThrow('field "/x" of input of stage "s"')
  expect(() => stage({ name: 's', output: bad, handler: () => [] })).toThrow('field "/x" of output of stage "s"')
})

test('a stage is recognised by shape', () => {
  expect(isStage(define({}))).toBe(true)
  expect([{}, null, () => 1, { '~kind': 'stage' }].map(isStage)).toEqual([false, false, false, false])
})
