import { column, compileRecordSchema, encodeStream, decodeStream, type RecordBatch } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterEach, describe, expect, test } from 'vitest'
import type { RunningStageService } from '../../../packages/cascade/dist/stage-server/running-stage-service.js'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { call, head, leastOf, Marks, openService, type OpenOptions, points, servedApp } from './service-under-test.ts'

const services: RunningStageService[] = []
const allMarks: Marks[] = []

async function open(stages: readonly string[], options?: OpenOptions): Promise<RunningStageService> {
  const service = await openService(stages, options)
  services.push(service)
  return service
}

function marks(): Marks {
  const made = new Marks()
  allMarks.push(made)
  return made
}

const { signal: never } = new AbortController()

afterEach(async () => {
  for (const made of allMarks) made.open()
  await Promise.all(services.splice(0).map((service) => service.stop()))
  for (const made of allMarks.splice(0)) made.remove()
})

describe.each(['score', 'child'])('stage "%s" behind a service', (stage) => {
  test('answers batches of senders, in order', async () => {
    const service = await open([stage])

    const { rows, rejects } = await call(service, stage, [1, 2, 3])

    expect(rows).toEqual([{ y: 2 }, { y: 4 }, { y: 6 }])
    expect(rejects).toEqual([])
  })

  test('C84 a call that is made again while it runs joins it: the handler is called once', async () => {
    const service = await open([stage])
    const { marker, gate, ...files } = filesOf(marks())
    const own = { idempotencyKey: 'part-1', partition: { marker, gate } }

    const first = call(service, stage, [1, 2], own)
    await files.called(1)
    const second = call(service, stage, [1, 2], { ...own, attempt: 2 })
    files.open()

    expect(await Promise.all([first, second])).toMatchObject([
      { rows: [{ y: 2 }, { y: 4 }] },
      { rows: [{ y: 2 }, { y: 4 }] },
    ])
    expect(files.calls()).toEqual(['part-1 2'])
  })

  test('C84 a call that is made again afterwards gets the same reply, and the handler is not called', async () => {
    const service = await open([stage])
    const { marker, calls } = filesOf(marks())
    const own = { idempotencyKey: 'part-2', partition: { marker } }

    const first = await call(service, stage, [5], own)
    const second = await call(service, stage, [5], { ...own, attempt: 2 })

    expect(second.rows).toEqual(first.rows)
    expect(calls()).toEqual(['part-2 1'])
    expect(service.metrics()).toContain(`cascade_calls_total{stage="${stage}",result="replayed"} 1`)
  })

  test('C90 a cancelled call gives its slot and its room to the next one within 50 ms', async () => {
    const service = await open([stage], { limits: { maxCalls: 1 } })

    const tookMs = await leastOf(5, async () => {
      const { marker, gate, called } = filesOf(marks())
      const stop = new AbortController()
      const held = rejectionOf(call(service, stage, [1], { partition: { marker, gate } }, stop.signal))
      await called(1)
      const stoppedAtMs = performance.now()
      stop.abort(new Error('nobody waits'))
      expect(await held).toMatchObject({ message: 'nobody waits' })
      expect((await call(service, stage, [2])).rows).toEqual([{ y: 4 }])
      return performance.now() - stoppedAtMs
    })

    expect(tookMs).toBeLessThan(50)
  })

  test('a call whose time is over in the stage fails with DEADLINE_EXCEEDED, and its slot is free', async () => {
    const service = await open([stage])
    const { marker, gate } = filesOf(marks())

    const error = await rejectionOf(call(service, stage, [1, 2], { deadlineMs: 150, partition: { marker, gate } }))

    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { stage } })
    expect(error).not.toHaveProperty('details.notExecuted')
    expect((await call(service, stage, [2])).rows).toEqual([{ y: 4 }])
  })

  test('C87 a call that waits for a slot is given up before less than 5 ms are left, and never begun', async () => {
    const service = await open([stage])
    const [busy, waiting] = [filesOf(marks()), filesOf(marks())]
    const first = call(service, stage, [1], { partition: { marker: busy.marker, gate: busy.gate } })
    await busy.called(1)

    const error = await rejectionOf(
      call(service, stage, [2], { deadlineMs: 60, partition: { marker: waiting.marker } }),
    )
    busy.open()
    await first
    await call(service, stage, [3])

    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { stage, notExecuted: true } })
    expect(waiting.calls()).toEqual([])
  })
})

function filesOf(made: Marks) {
  const { marker, gate } = made
  return {
    marker,
    gate,
    open: () => made.open(),
    called: (count: number) => made.called(count),
    calls: () => made.calls,
  }
}

describe('calls with one key', () => {
  test('C84 so is a stage that may be run only once', async () => {
    const service = await open(['once'])
    const { marker, calls } = filesOf(marks())
    const own = { idempotencyKey: 'pay', partition: { marker } }

    const answers = await Promise.all([1, 2, 3].map((attempt) => call(service, 'once', [1], { ...own, attempt })))
    await call(service, 'once', [1], { ...own, attempt: 4 })

    expect(answers.map(({ rows }) => rows)).toEqual([[{ y: 2 }], [{ y: 2 }], [{ y: 2 }]])
    expect(calls()).toEqual(['pay 1'])
  })

  test('what may run only once goes on when its sender is lost, which gets the reply when it comes again', async () => {
    const service = await open(['once'])
    const { marker, gate, ...files } = filesOf(marks())
    const own = { idempotencyKey: 'pay', partition: { marker, gate } }
    const stop = new AbortController()
    const lost = rejectionOf(call(service, 'once', [1], own, stop.signal))
    await files.called(1)

    stop.abort(new Error('the way broke'))
    const error = await lost
    const again = call(service, 'once', [1], { ...own, attempt: 2 })
    files.open()

    expect(error).toMatchObject({ message: 'the way broke' })
    expect((await again).rows).toEqual([{ y: 2 }])
    expect(files.calls()).toEqual(['pay 1'])
  })

  test('a failure that would come again is replayed, one that may pass is forgotten', async () => {
    const service = await open(['once', 'score'])
    const [thrown, late] = [filesOf(marks()), filesOf(marks())]
    const failing = () => call(service, 'once', [13], { idempotencyKey: 'k', partition: { marker: thrown.marker } })
    const own = { idempotencyKey: 'late', partition: { marker: late.marker, gate: late.gate } }

    const errors = [await rejectionOf(failing()), await rejectionOf(failing())]
    const lost = await rejectionOf(call(service, 'score', [1], { ...own, deadlineMs: 100 }))
    late.open()
    const { rows } = await call(service, 'score', [1], own)

    expect(errors).toMatchObject([{ code: 'HANDLER_ERROR' }, { code: 'HANDLER_ERROR' }])
    expect(thrown.calls()).toHaveLength(1)
    expect(lost).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(rows).toEqual([{ y: 2 }])
    expect(late.calls()).toHaveLength(2)
  })

  test('one who leaves does not end it for those who stay', async () => {
    const service = await open(['score'])
    const { marker, gate, ...files } = filesOf(marks())
    const own = { idempotencyKey: 'shared', partition: { marker, gate } }
    const stop = new AbortController()

    const leaving = rejectionOf(call(service, 'score', [1], own, stop.signal))
    await files.called(1)
    const staying = call(service, 'score', [1], own)
    stop.abort('enough')
    files.open()

    expect(await leaving).toBe('enough')
    expect((await staying).rows).toEqual([{ y: 2 }])
    expect(files.calls()).toHaveLength(1)
  })

  test('other rows, or another partition, under a known key are another call: no reply is that of other rows', async () => {
    const service = await open(['score'])
    const { marker, calls } = filesOf(marks())
    const own = { idempotencyKey: 'scored/0/0', partition: { marker } }

    const answers = [
      await call(service, 'score', [1, 2], own),
      await call(service, 'score', [1, 3], own),
      await call(service, 'score', [1, 2], { ...own, partition: { marker, region: 'north' } }),
    ]

    expect(answers.map(({ rows }) => rows[1])).toEqual([{ y: 4 }, { y: 6 }, { y: 4 }])
    expect(calls()).toHaveLength(3)
  })

  test.each([['a\nb'], [''], ['k'.repeat(257)]])('a key such as %j is refused', async (idempotencyKey) => {
    const service = await open(['score'])

    const error = await rejectionOf(call(service, 'score', [1], { idempotencyKey }))

    expect(error).toMatchObject({ code: 'PARAMETER_INVALID' })
  })
})

describe('rows and batches', () => {
  test('a row that fails alone is told by number, whether it was rejected or its handler threw', async () => {
    const service = await open(['picky'])

    const { rows, rejects } = await call(service, 'picky', [1, -1, 2, 13, 3])

    expect(rows).toEqual([{ y: 2 }, { y: 4 }, { y: 6 }])
    expect(rejects).toMatchObject([
      { row: 1, code: 'REQUEST_INVALID', message: 'x is negative' },
      { row: 3, code: 'HANDLER_ERROR' },
    ])
  })

  test('a call of one row that throws fails, naming the stage', async () => {
    const service = await open(['picky'])

    const error = await rejectionOf(call(service, 'picky', [13]))

    expect(error).toMatchObject({ code: 'HANDLER_ERROR', details: { stage: 'picky' } })
  })

  test('rows that end their process are told as such, and the others are answered', { timeout: 60_000 }, async () => {
    const service = await open(['child'])

    const { rows, rejects } = await call(service, 'child', [1, -9, 2])
    const alone = await rejectionOf(call(service, 'child', [-9]))

    expect(rows).toEqual([{ y: 2 }, { y: 4 }])
    expect(rejects).toMatchObject([{ row: 1, code: 'EXECUTOR_LOST' }])
    expect(alone).toMatchObject({ code: 'EXECUTOR_LOST', details: { stage: 'child' } })
  })

  test('narrower columns and more of them are taken, also from memory that is not shared', async () => {
    const service = await open(['score'])
    const wider = Type.Object({ more: Type.String(), x: column.float32() })
    const { fields } = compileRecordSchema(wider, 'what a sender has')
    const bytes = Buffer.concat(encodeStream(batchOf({ fields }, [{ more: 'a', x: 1.5 }])))
    const [batch] = decodeStream(new Uint8Array(bytes)).batches

    const admission = service.admit('score', bytes.length)
    const reply = await admission.call(batch, head(), never)

    expect(reply.batch.rows()).toEqual([{ y: 3 }])
  })

  test('a batch that lacks a column is refused by its name, and so is a belief in other columns', async () => {
    const service = await open(['score'])
    const { fields } = compileRecordSchema(Type.Object({ z: Type.Number() }), 'what a sender has')
    const admission = service.admit('score', 8)

    const lacking = await rejectionOf(admission.call(batchOf({ fields }, [{ z: 1 }]), head(), never))
    const believing = await rejectionOf(call(service, 'score', [1], { schema: 'another' }))

    const refused = { code: 'SCHEMA_MISMATCH', details: { stage: 'score', notExecuted: true } }
    expect(lacking).toMatchObject(refused)
    expect(String(lacking)).toContain('"x" is missing')
    expect(believing).toMatchObject(refused)
  })

  test('more rows than a batch has come back as one', async () => {
    const service = await open(['score'])
    const xs = Array.from({ length: 150_000 }, (_, index) => index)

    const { rows } = await call(service, 'score', xs)

    expect(rows).toHaveLength(150_000)
    expect(rows[149_999]).toEqual({ y: 299_998 })
  })
})

describe('C59', () => {
  test('C59 a thread reads the bytes that came where they lie', async () => {
    const service = await open(['looking'])
    const batch = received(points(service, 'looking', new Array(60_000).fill(1)))

    const reply = await service.admit('looking', batch.buffer.byteLength).call(batch, head(), never)

    expect(reply.batch.row(0)).toEqual({
      isShared: true,
      bytes: batch.buffer.byteLength,
      pid: BigInt(process.pid),
      sum: 60_000,
    })
  })

  test('C59 64 MB are handed to a thread without 1 MB being allocated for them', async () => {
    const service = await open(['wide'])
    const batch = received(wideBatch(service, 512 * 1024))
    expect(batch.buffer.byteLength).toBeGreaterThan(64 * 1024 ** 2)
    // The stage's own room for outputs is there before, as it is in a service that is at work.
    const warm = await service.admit('wide', 0).call(received(wideBatch(service, 1)), head(), never)
    warm.release()

    const before = process.memoryUsage()
    const reply = await service.admit('wide', 0).call(batch, head(), never)
    const after = process.memoryUsage()

    expect(reply.batch.row(0)['isShared']).toBe(true)
    expect(reply.batch.row(0)['bytes']).toBe(Math.fround(batch.buffer.byteLength))
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1024 ** 2)
  })
})

function wideBatch(service: RunningStageService, rowCount: number): RecordBatch {
  const [{ input }] = service.contracts
  const row = Object.fromEntries(input.fields.map(({ name }) => [name, 1]))
  return batchOf(input, new Array(rowCount).fill(row))
}

/** As a listener leaves it: the bytes of an Arrow stream in shared memory, and views of them. */
function received(batch: RecordBatch): RecordBatch {
  const pieces = encodeStream(batch)
  const bytes = new Uint8Array(new SharedArrayBuffer(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)))
  let end = 0
  for (const piece of pieces) {
    bytes.set(piece, end)
    end += piece.byteLength
  }
  return decodeStream(bytes).batches[0]
}

describe('room', () => {
  test('what finds none is refused before it is read, and says when to come again', async () => {
    const service = await open(['score'], { limits: { maxInFlightBytes: 100, maxCalls: 2 } })
    const first = service.admit('score', 60)

    expect(() => service.admit('score', 101)).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }))
    const full = {
      code: 'QUEUE_FULL',
      details: { stage: 'score', notExecuted: true, retryAfterMs: expect.any(Number) },
    }
    expect(() => service.admit('score', 41)).toThrow(expect.objectContaining(full))
    expect(service.freeBytes).toBe(40)
    const second = service.admit('score', 40)
    expect(() => service.admit('score', 0)).toThrow(expect.objectContaining(full))
    first.release()
    first.release()
    second.release()

    expect(service.freeBytes).toBe(100)
  })

  test('rows are bounded too', async () => {
    const service = await open(['score'], { limits: { maxInFlightRows: 3 } })
    const { marker, gate, ...files } = filesOf(marks())
    const first = call(service, 'score', [1, 2], { partition: { marker, gate } })
    await files.called(1)

    const errors = await Promise.all(
      [
        [1, 2, 3, 4],
        [1, 2],
      ].map((xs) => rejectionOf(call(service, 'score', xs))),
    )
    files.open()
    await first

    expect(errors).toMatchObject([{ code: 'BODY_TOO_LARGE' }, { code: 'QUEUE_FULL' }])
  })

  test('C87 less than 5 ms are too few to begin', async () => {
    const service = await open(['score'])
    const { marker, calls } = filesOf(marks())

    const error = await rejectionOf(call(service, 'score', [1], { deadlineMs: 4.9, partition: { marker } }))

    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { notExecuted: true } })
    expect(calls()).toEqual([])
  })

  test('a handler that does not look at its signal loses its thread when the time is over, and others are served', async () => {
    const service = await open(['deaf'])

    const error = await rejectionOf(call(service, 'deaf', [1], { deadlineMs: 100, partition: { busyMs: '60000' } }))
    const { rows } = await call(service, 'deaf', [7])

    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(rows).toEqual([{ y: 7 }])
  })
})

describe('the end', () => {
  test('C56 what is in flight finishes, and new calls are refused by word', async () => {
    const service = await open(['score'])
    const { marker, gate, ...files } = filesOf(marks())
    const answer = call(service, 'score', [1], { partition: { marker, gate } })
    await files.called(1)

    const drained = service.drain()
    const refused = { code: 'DRAINING', details: { stage: 'score', notExecuted: true } }
    expect(() => service.admit('score', 1)).toThrow(expect.objectContaining(refused))
    expect(service.state).toBe('draining')
    files.open()
    await drained

    expect((await answer).rows).toEqual([{ y: 2 }])
  })

  test('a stop fails what runs', async () => {
    const service = await open(['score'])
    const { marker, gate, called } = filesOf(marks())
    const failed = rejectionOf(call(service, 'score', [1], { partition: { marker, gate } }))
    await called(1)

    await service.stop()

    expect(await failed).toMatchObject({ code: 'DRAINING' })
    expect(service.state).toBe('stopped')
  })
})

describe('what is not offered', () => {
  test.each([
    ['sifting', 'BETWEEN_UNSUPPORTED', 'returns "filter"'],
    ['exploding', 'BETWEEN_UNSUPPORTED', 'returns "explode"'],
    ['streaming', 'BETWEEN_UNSUPPORTED', 'streams its answer'],
    ['modelled', 'BETWEEN_UNSUPPORTED', 'takes a model'],
    ['undeclared', 'CONFIG_INVALID', 'must declare input and output'],
    ['nope', 'CONFIG_INVALID', 'it has "modelled"'],
  ])('"%s" is refused at the start with %s, which says why', async (stage, code, why) => {
    const error = await rejectionOf(openService([stage], { app: servedApp('refused-stages.ts') }))

    expect(error).toMatchObject({ code })
    expect(String(error)).toContain(`"${stage}"`)
    expect(String(error)).toContain(why)
  })

  test('a call of another stage is told which there are', async () => {
    const service = await open(['score'])

    const unknown = { code: 'ROUTE_NOT_FOUND', details: { stage: 'picky', stages: ['score'], notExecuted: true } }
    expect(() => service.admit('picky', 1)).toThrow(expect.objectContaining(unknown))
  })
})
