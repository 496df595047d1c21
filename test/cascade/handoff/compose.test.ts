import { between, compose, handoff, invoke, pipelineHash, pipelinePlan } from '@redesmyn/cascade'
import { fusedStages, type HandlerOutput, type ObjectSchema, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { apart, before, behind, composed, map } from '../../apps/handoffs.ts'
import { fakeClock } from '../../clock/fake-clock.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { thrownBy } from '../../thrown.ts'
import { randomRows } from './random-rows.ts'
import { rejectionOf } from './rejection-of.ts'
import { batchOf, bytesOf } from './rows-batch.ts'

const Given = Type.Object({ a: Type.Number(), b: Type.String() })
const Taken = Type.Object({ c: Type.Number() })
const service = between.service()

/** Two stages, and how many rows each call of the second had. */
function scene(parts: { readonly fails?: boolean } = {}) {
  const received: number[] = []
  const u = stage({
    name: 'u',
    input: Given,
    output: Given,
    batch: { maxRows: 1000 },
    handler(batch) {
      if (parts.fails === true) throw new Error('boom')
      return batch.rows()
    },
  })
  const x = stage({
    name: 'x',
    input: Taken,
    output: Taken,
    handler(batch) {
      received.push(batch.rowCount)
      return { c: batch.column('c').map((c) => c + 1) }
    },
  })
  return { u, x, received }
}

const rows = [1, 2, 3].map((a) => ({ a, b: `b${a}` }))
const half = handoff(Given, Taken, service, (batch) => ({ c: batch.column('a').map((a) => a / 2) }))

describe.each([['between.service()', service]])('stages composed over %s', (_, medium) => {
  test('C2 R127 R128 answer what their parts invoked one by one do, bit for bit, for 1,000 random frames', {
    timeout: 60_000,
  }, async () => {
    const random = new SeededRandom(127)
    const joined = compose(behind, handoff(map, medium), before)

    for (let index = 0; index < 1000; index++) {
      const frame = randomRows(random)

      const together = await joined(frame)
      const apiece = await invoke(behind, await invoke(map, await invoke(before, frame)))

      expect(together).toEqual(apiece)
      expect(bytesOf(behind.output, batchOf(behind.output, together))).toBe(
        bytesOf(behind.output, batchOf(behind.output, apiece)),
      )
    }
  })

  test('C2 are the pipeline that pipe and to make: their plans have the same hash', () => {
    const joined = compose(behind, handoff(map, medium), before)

    expect(pipelineHash(pipe(before).to(handoff(map, medium), behind))).toBe(pipelineHash(joined))
    expect(pipelinePlan(joined).stages.map(({ name }) => name)).toEqual(['before', 'before-to-behind', 'behind'])
    expect(pipelineHash(compose(apart, handoff(map, medium), before))).not.toBe(pipelineHash(joined))
  })
})

test('to without a handoff is a handoff over the service placement', () => {
  const { u, x } = scene()
  const wide = stage({ name: 'wide', input: Given, output: Given, handler: (batch) => batch.rows() })

  expect(pipelineHash(pipe(u).to(wide))).toBe(pipelineHash(compose(wide, handoff(Given, Given, service), u)))
  expect(compose(x, half, u).placements).toEqual(['service', 'service', 'service'])
})

test('pipelines are composed like stages', async () => {
  const { u, x } = scene()
  const again = stage({ name: 'again', input: Taken, output: Taken, handler: (batch) => batch.rows() })

  const joined = compose(pipe(x).to(again), half, pipe(u))

  expect(joined.stages.map(({ name }) => name)).toEqual(['u', 'u-to-x', 'x', 'again'])
  expect(await joined(rows)).toEqual([{ c: 1.5 }, { c: 2 }, { c: 2.5 }])
})

test('R126 the map is called once for each batch', async () => {
  const { u, x } = scene()
  const sizes: number[] = []
  const counted = handoff(Given, Taken, service, (batch) => {
    sizes.push(batch.rowCount)
    return { c: batch.column('a').slice() }
  })
  const many = Array.from({ length: 2500 }, (_, a) => ({ a, b: '' }))

  await compose(x, counted, u)(many)

  expect(sizes).toEqual([1000, 1000, 500])
})

test('R126 without a map what is given has to fit, by the compiler and when the handoff is made', () => {
  expect(thrownBy(() => Reflect.apply(handoff, undefined, [Given, Taken, service]))).toMatchObject({
    code: 'SCHEMA_NOT_ASSIGNABLE',
    message: 'what a handoff is given does not fit what it passes on, and it has no map: "c" is missing',
    details: { columns: ['"c" is missing'] },
  })
})

test('a handoff between stages that it does not fit is refused by name of stages and columns', () => {
  const { u, x } = scene()

  expect(thrownBy(() => Reflect.apply(compose, undefined, [u, half, x]))).toMatchObject({
    code: 'SCHEMA_NOT_ASSIGNABLE',
    details: { before: 'x', after: 'u', columns: ['"a" is missing', '"b" is missing'] },
  })
  expect(thrownBy(() => Reflect.apply(compose, undefined, [x, service, u]))).toMatchObject({ code: 'CONFIG_INVALID' })
})

test.each<readonly [string, HandlerOutput<ObjectSchema>, string]>([
  ['another type', { c: ['one', 'two', 'three'] }, 'c'],
  ['another column', { d: [1, 2, 3] }, 'd'],
  ['no column', {}, 'c'],
])('C4 a map that gives %s fails by the column’s name before any row goes on', async (_, output, column) => {
  const { u, x, received } = scene()
  // What the compiler would refuse.
  const wrong = handoff(Given, Taken, service, () => output as { c: number[] })

  const error = await rejectionOf(compose(x, wrong, u)(rows))

  expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { stage: 'u-to-x', column } })
  expect(String(error)).toContain('the map from stage "u" to stage "x"')
  expect(received).toEqual([])
})

test('C4 a map of many rows is looked at as a whole', async () => {
  const { u, x, received } = scene()
  const late = handoff(Given, Taken, service, (batch) => {
    return batch.rows().map(({ a }) => ({ c: a === 3 ? JSON.parse('"three"') : a }))
  })

  const error = await rejectionOf(compose(x, late, u)(rows))

  expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { column: 'c', row: 2 } })
  expect(received).toEqual([])
})

test('R136 where a stage fails the next receives nothing, and the error names the stage', async () => {
  const { u, x, received } = scene({ fails: true })

  const error = await rejectionOf(compose(x, half, u)(rows))

  expect(error).toMatchObject({
    code: 'HANDLER_ERROR',
    message: 'stage "u" threw: boom',
    details: { stage: 'u' },
    cause: { message: 'boom' },
  })
  expect(received).toEqual([])
})

test('a map may reject rows, and what it leaves for them is not looked at', async () => {
  const { u, x } = scene()
  const choosy = handoff(Given, Taken, service, (batch, context) => {
    context.reject(1, 'REQUEST_INVALID', 'not this one')
    return { c: batch.rows().map(({ a }, row) => (row === 1 ? JSON.parse('"none"') : a)) }
  })

  const error = await rejectionOf(compose(x, choosy, u)(rows))

  expect(error).toMatchObject({ code: 'REQUEST_INVALID', details: { issues: [{ row: 1 }], stage: 'u-to-x' } })
})

test('a call has a deadline that each stage sees, and none begins behind it', async () => {
  const clock = fakeClock()
  const left: number[] = []
  const waiting = (name: string) =>
    stage({
      name,
      input: Taken,
      output: Taken,
      handler(batch, { deadlineMs }) {
        left.push(deadlineMs)
        clock.advance(300)
        return { c: batch.column('c').slice() }
      },
    })

  const error = await rejectionOf(
    pipe(waiting('one')).to(waiting('two')).to(waiting('three'))([{ c: 1 }], { deadlineMs: 500, clock }),
  )

  expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { stage: 'three' } })
  expect(left).toEqual([500, 200])
})

test('the map runs in the call of the stage before it, or else of the one behind it', () => {
  const names = (pipelines: Parameters<typeof fusedStages>[0]) =>
    [...fusedStages(pipelines, new Set())].map(([head, followers]) => [head, followers.map(({ name }) => name)])

  expect(names([composed.stages])).toEqual([['before', ['before-to-behind', 'behind']]])
  expect(names([compose(apart, handoff(map, service), before).stages])).toEqual([['before', ['before-to-apart']]])
  expect(names([composed.stages, [before]])).toEqual([['before-to-behind', ['behind']]])
})
