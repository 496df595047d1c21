import { randomUUID } from 'node:crypto'
import { type Between, type CallContext, type Carried, type Contract, contractOf, invoke } from '@redesmyn/cascade'
import { type AnyStage, column, compileRecordSchema, type ObjectSchema } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterEach, describe, expect, test } from 'vitest'
import { before, behind, echo, map, patient, told } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { rejectionOf } from './rejection-of.ts'
import { type GivenRow, randomRows } from './random-rows.ts'
import { batchOf, bytesOf } from './rows-batch.ts'

export interface BetweenUnderTest {
  readonly name: string
  readonly transport: Carried['transport']
  /** Opens the way to one of the stages of `test/apps/handoffs.ts`. */
  open(stage: AnyStage, options?: { readonly maxBytes?: number }): Between | Promise<Between>
  /** Ends whatever was started for it. */
  stop?(): Promise<void>
}

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** What every way to a stage must do, over whichever placement. */
export function conformanceOf(subject: BetweenUnderTest): void {
  describe(`a stage over ${subject.name}`, () => {
    const opened: Between[] = []

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((way) => way.close('abort')))
      await subject.stop?.()
    })

    async function open(stage: AnyStage, options?: { readonly maxBytes?: number }): Promise<Between> {
      const way = await subject.open(stage, options)
      opened.push(way)
      return way
    }

    test('R127 R129 answers 1,000 random batches bit for bit, and says how they travelled', {
      timeout: 60_000,
    }, async () => {
      const random = new SeededRandom(20)
      const way = await open(echo)

      for (let index = 0; index < 1000; index++) {
        const batch = batchOf(echo.input, randomRows(random))
        const { batch: answered, rejects, carried } = await way.call(batch, context())

        expect(bytesOf(echo.output, answered)).toBe(bytesOf(echo.input, batch))
        expect(rejects).toEqual([])
        expect(carried.transport).toBe(subject.transport)
        expect(carried.serialisedBytes > 0).toBe(subject.transport !== 'local')
      }
    })

    test('R127 gives what a call by hand gives, in calls of as many rows as the stage takes', async () => {
      const rows = randomRows(new SeededRandom(3)).concat(Array.from({ length: 200 }, (_, id) => givenRow(id)))
      const taken = await invoke(map, await invoke(before, rows))
      const way = await open(behind)

      const { batch } = await way.call(batchOf(behind.input, taken), context())

      expect(bytesOf(behind.output, batch)).toBe(
        bytesOf(behind.output, batchOf(behind.output, await invoke(behind, taken))),
      )
    })

    test('tells its contract to a sender that fits it, also with wider columns and more of them', async () => {
      const way = await open(told)

      const offered = await way.hello(contractOf([told], terms), new AbortController().signal)
      const narrow = await way.hello(wanting({ id: column.int32(), more: Type.String() }), new AbortController().signal)

      expect(offered).toMatchObject({ name: 'told', input: { fingerprint: told.input?.fingerprint }, effects: 'pure' })
      expect(offered.output.fingerprint).toBe(told.output?.fingerprint)
      expect(narrow).toEqual(offered)
    })

    test.each([
      ['lacks a column', { other: Type.Integer() }, '"id" is missing'],
      ['has another type', { id: Type.String() }, '"id" is utf8 and must be int64'],
      ['may hold nulls', { id: Type.Optional(Type.Integer()) }, '"id" may be null and must not be'],
    ])('a sender that %s is refused by name of the column', async (_, properties, problem) => {
      const way = await open(told)

      const error = await rejectionOf(way.hello(wanting(properties), new AbortController().signal))

      expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', details: { columns: [problem] } })
    })

    test('a batch that lacks a column is refused by its name', async () => {
      const way = await open(behind)

      const error = await rejectionOf(way.call(batchOf(told.input, [{ id: 1 }]), context()))

      expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH' })
      expect(String(error)).toContain('"label" is missing')
    })

    test('rows that are rejected are told by number, and the others answered in order', async () => {
      const rows = [0, 1, 2, 3].map((id) => ({ ...givenRow(id), text: id % 2 === 1 ? 'no' : 'yes' }))
      const way = await open(before)

      const { batch, rejects } = await way.call(batchOf(before.input, rows), context())

      const why = { code: 'REQUEST_INVALID', message: 'the text says no' }
      expect(rejects).toEqual([
        { row: 1, ...why },
        { row: 3, ...why },
      ])
      expect(batch.rows().map(({ id }) => Number(id))).toEqual([0, 2])
    })

    test('R136 a handler that throws fails the call, and the error names the stage', async () => {
      const way = await open(before)

      const error = await rejectionOf(way.call(batchOf(before.input, [{ ...givenRow(0), text: 'bomb' }]), context()))

      expect(error).toMatchObject({ code: 'HANDLER_ERROR', details: { stage: 'before' } })
    })

    test('C5 the handler is told attempt, key, deadline, trace and partition', async () => {
      const way = await open(told)
      const partition = { region: 'north' }
      const call = context({ attempt: 3, idempotencyKey: 'part-7', deadlineMs: 60_000, traceparent, partition })

      const { batch } = await way.call(
        batchOf(
          told.input,
          [1, 2, 3, 4, 5].map((id) => ({ id })),
        ),
        call,
      )

      const [first, ...others] = batch.rows()
      expect(first).toMatchObject({ attempt: 3n, key: 'part-7/0-4', rowCount: 4n, region: 'north' })
      expect(others.at(-1)).toMatchObject({ attempt: 3n, key: 'part-7/4-5', rowCount: 1n })
      expect(String(first?.['trace']).split('-')[1]).toBe(traceparent.split('-')[1])
      expect(first?.['deadlineMs']).toBeGreaterThan(0)
      expect(first?.['deadlineMs']).toBeLessThanOrEqual(60_000)
    })

    test('C5 a call that is made again tells the handler the same key, and one of other rows another', async () => {
      const way = await open(told)
      const ask = async (id: number, call: Partial<CallContext>) => {
        const { batch } = await way.call(batchOf(told.input, [{ id }]), context({ deadlineMs: 60_000, ...call }))
        return batch.rows()[0]?.['key']
      }

      const keys = [
        await ask(1, { idempotencyKey: 'one' }),
        await ask(1, { idempotencyKey: 'one', attempt: 2 }),
        await ask(2, { idempotencyKey: 'two' }),
      ]

      expect(keys).toEqual(['one', 'one', 'two'])
    })

    test('a batch without rows comes back without rows', async () => {
      const way = await open(echo)

      const { batch } = await way.call(batchOf(echo.input, []), context())

      expect(batch.rowCount).toBe(0)
    })

    test('a call without time left is not run', async () => {
      const way = await open(echo)

      const error = await rejectionOf(way.call(batchOf(echo.input, []), context({ deadlineMs: 0 })))

      expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    })

    test('a call that is given up ends with the reason', async () => {
      const way = await open(patient)
      const stop = new AbortController()
      const reason = new Error('nobody waits')

      const call = way.call(batchOf(patient.input, [{ id: 1 }]), context({ signal: stop.signal }))
      stop.abort(reason)

      expect(await rejectionOf(call)).toBe(reason)
    })

    test('room is given in turn, a batch larger than all of it alone, and back once', async () => {
      const way = await open(echo, { maxBytes: 100 })
      const { signal } = new AbortController()
      const order: string[] = []
      const first = await way.acquire(60, signal)
      const large = way.acquire(1000, signal).then((credit) => (order.push('large'), credit))
      const small = way.acquire(10, signal).then((credit) => (order.push('small'), credit))

      first.release()
      const alone = await large
      first.release()
      expect(order).toEqual(['large'])
      alone.release()
      await small

      expect(order).toEqual(['large', 'small'])
    })

    test('whoever waits for room and is given up lets the next one pass', async () => {
      const way = await open(echo, { maxBytes: 100 })
      const stop = new AbortController()
      await way.acquire(60, stop.signal)
      const given = rejectionOf(way.acquire(50, stop.signal))
      const next = way.acquire(40, new AbortController().signal)

      stop.abort('enough')

      expect(await given).toBe('enough')
      await next
    })

    test('once closed it takes nothing more, and whoever waits for room is told', async () => {
      const way = await open(echo, { maxBytes: 100 })
      const { signal } = new AbortController()
      await way.acquire(100, signal)
      const waiting = rejectionOf(way.acquire(1, signal))

      await way.close('drain')
      await way.close('abort')

      const closed = { code: 'DRAINING' }
      expect(await waiting).toMatchObject(closed)
      expect(await rejectionOf(way.acquire(1, signal))).toMatchObject(closed)
      expect(await rejectionOf(way.call(batchOf(echo.input, []), context()))).toMatchObject(closed)
      expect(await rejectionOf(way.hello(contractOf([echo], terms), signal))).toMatchObject(closed)
    })

    test('a call that is given up as soon as it was made, on a way that is open already, ends with the reason', async () => {
      const way = await open(echo)
      const stop = new AbortController()
      const batch = batchOf(echo.input, [givenRow(1)])
      await way.call(batch, context())

      const given = rejectionOf(way.call(batch, context({ signal: stop.signal })))
      stop.abort('at once')

      expect(await given).toBe('at once')
    })

    test('draining waits for calls that were begun, aborting fails them', async () => {
      const [drained, aborted] = [await open(echo), await open(patient)]
      const answer = drained.call(batchOf(echo.input, [givenRow(7)]), context())
      const failed = rejectionOf(aborted.call(batchOf(patient.input, [{ id: 1 }]), context()))

      await Promise.all([drained.close('drain'), aborted.close('abort')])

      expect((await answer).batch.rowCount).toBe(1)
      expect(await failed).toMatchObject({ code: 'DRAINING' })
    })
  })
}

const terms = Object.freeze({ version: '1', limits: Object.freeze({ maxRows: 256, maxBytes: 1e6 }) })

/** A sender of `told` that has these columns. */
function wanting(properties: ObjectSchema['properties']): Contract {
  const { fields, fingerprint } = compileRecordSchema(Type.Object(properties), 'what a sender has')
  return { ...contractOf([told], terms), input: { fields, fingerprint } }
}

function context(own: Partial<CallContext> = {}): CallContext {
  const { signal } = new AbortController()
  return {
    signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    attempt: 1,
    // Other rows, another key: whoever remembers replies would give one of another call.
    idempotencyKey: randomUUID(),
    traceparent: undefined,
    partition: {},
    ...own,
  }
}

function givenRow(id: number): GivenRow {
  return {
    id,
    x: id / 7,
    small: 0.5,
    big: BigInt(id) << 40n,
    isOdd: id % 2 === 1,
    text: `t${id}`,
    note: null,
    parts: [id],
  }
}
