import { chain, eachRow, endpoint, handler, PipelineError, stage } from '@redesmyn/core'
import { array, assert, asyncProperty, double, record } from 'fast-check'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../thrown.ts'

const Point = Type.Object({ x: Type.Number() })
const Pair = Type.Object({ x: Type.Number(), text: Type.String() })
const Text = Type.Object({ text: Type.String() })

const twice = handler({
  input: Point,
  output: Point,
  handle: (batch) => {
    const out = batch.out('x')
    batch.column('x').forEach((x, row) => {
      out[row] = x * 2
    })
    return { x: out }
  },
})
const named = handler({
  input: Point,
  output: Pair,
  handle: (batch) => ({ x: batch.column('x'), text: Array.from(batch.column('x'), (x) => `<${x}>`) }),
})
/** Fails rows of negative numbers. */
const positive = handler({
  input: Pair,
  output: Pair,
  handle: eachRow(async (row) => {
    if (row.x < 0) throw new PipelineError('REQUEST_INVALID', `${row.x} is negative`)
    return { x: row.x + 1, text: `${row.text}+` }
  }),
})
const onlyText = handler({ input: Text, output: Text, handle: (batch) => ({ text: batch.column('text') }) })

describe('chain', () => {
  test('R115 how handlers are grouped makes no difference, on 1,000 random inputs', async () => {
    const left = stage({ name: 'left', handler: chain(chain(twice, named), positive) })
    const right = stage({ name: 'right', handler: chain(twice, chain(named, positive)) })
    const flat = stage({ name: 'flat', handler: chain(twice, named, positive) })
    const records = array(record({ x: double({ noNaN: true, noDefaultInfinity: true }) }), { maxLength: 20 })

    await assert(
      asyncProperty(records, async (rows) => {
        const [one, other, third] = await Promise.all(
          [left, right, flat].map((run) => run(rows).catch((error: unknown) => error)),
        )
        expect(other).toEqual(one)
        expect(third).toEqual(one)
      }),
      { numRuns: 1000 },
    )
  })

  test('gives what its last handler makes of what the ones before made', async () => {
    const joined = stage({ name: 'joined', handler: chain(twice, named, positive) })

    expect(await joined([{ x: 1 }, { x: 2 }])).toEqual([
      { x: 3, text: '<2>+' },
      { x: 5, text: '<4>+' },
    ])
  })

  test('a handler may take fewer columns than the one before gives', async () => {
    const joined = stage({ name: 'joined', handler: chain(named, onlyText) })

    expect(await joined([{ x: 1 }])).toEqual([{ text: '<1>' }])
  })

  test('a stage takes the schemas of its handler, and an endpoint serves it', () => {
    const joined = stage({ name: 'joined', handler: chain(twice, named) })

    expect(joined.input?.fingerprint).toBe('x:float64')
    expect(endpoint('/joined', joined).output?.fingerprint).toBe('x:float64,text:utf8')
  })

  test('R115 without a compiler a mismatch is found when the chain is defined, and names both schemas', () => {
    const error = thrownBy(() => Reflect.apply(chain, undefined, [named, twice, onlyText]))

    expect(error.code).toBe('SCHEMA_NOT_ASSIGNABLE')
    expect(error.message).toContain('"x:float64"')
    expect(error.message).toContain('"text:utf8"')
    expect(error.message).toContain('"text" is missing')
  })

  test('a stage whose own schema is another than its handler’s is refused when it is defined', () => {
    const options = { name: 'a', input: Text, handler: twice }

    expect(thrownBy(() => Reflect.apply(stage, undefined, [options])).code).toBe('SCHEMA_NOT_ASSIGNABLE')
  })

  test('takes only handlers that have schemas, and at least one', () => {
    expect(thrownBy(() => Reflect.apply(chain, undefined, [() => undefined])).code).toBe('CONFIG_INVALID')
    expect(thrownBy(() => Reflect.apply(chain, undefined, [])).code).toBe('CONFIG_INVALID')
  })

  test('makes ready what its handlers have to make ready', async () => {
    const ready: string[] = []
    const starting = (name: string) => {
      const handle = Object.assign(() => ({ x: [1] }), { '~start': async () => void ready.push(name) })
      return handler({ input: Point, output: Point, handle })
    }

    await Reflect.get(chain(chain(starting('a'), twice), starting('b')), '~start')()

    expect(ready).toEqual(['a', 'b'])
  })

  test('names the handler that returned what its schema does not allow', async () => {
    const wrong = handler({ input: Pair, output: Text, handle: () => ({ text: [] }) })
    const joined = stage({ name: 'joined', handler: chain(named, wrong, onlyText) })

    await expect(joined([{ x: 1 }])).rejects.toMatchObject({
      code: 'HANDLER_OUTPUT_MISMATCH',
      message: expect.stringContaining('handler 2 of a chain'),
      details: { stage: 'joined', handler: 2 },
    })
  })
})
