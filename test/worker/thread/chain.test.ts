import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleTestApp, SlotUnderTest } from './slot-under-test.ts'

describe('a chain in a thread', () => {
  const app = bundleTestApp('chains.ts', import.meta.url)
  let joined: SlotUnderTest
  let twoRejects: SlotUnderTest
  let failing: SlotUnderTest

  beforeAll(async () => {
    joined = await SlotUnderTest.start(app, 'joined')
    twoRejects = await SlotUnderTest.start(app, 'two-rejects')
    failing = await SlotUnderTest.start(app, 'failing')
  })
  afterAll(async () => void (await Promise.all([joined, twoRejects, failing].map((slot) => slot.stop()))))

  test('its handlers have every view: room for outputs, rows, Arrow', async () => {
    const { rows, reply } = await joined.run([{ x: 1 }, { x: 2 }])

    expect(reply.kind).toBe('done')
    expect(rows).toEqual([
      { x: 2, seen: 'id-0: 2 of 2' },
      { x: 4, seen: 'id-1: 4 of 2' },
    ])
  })

  test('M32 later handlers do not see a rejected row, and rows keep their places', async () => {
    const { rows, reply } = await joined.run([{ x: 1 }, { x: -1 }, { x: 3 }])

    expect(reply).toMatchObject({
      rejects: [{ row: 1, error: { code: 'REQUEST_INVALID', message: 'id-1 is negative' } }],
    })
    expect([rows[0], rows[2]]).toEqual([
      { x: 2, seen: 'id-0: 2 of 3' },
      { x: 6, seen: 'id-2: 6 of 3' },
    ])
  })

  test('rows that different handlers reject are told by their place in the outer batch', async () => {
    const { rows, reply } = await twoRejects.run([{ x: -1 }, { x: 3 }, { x: 4 }, { x: -2 }, { x: 5 }])

    const rejects = reply.kind === 'done' ? (reply.rejects ?? []) : []
    expect(rejects.map(({ row, error }) => [row, error.code])).toEqual([
      [0, 'REQUEST_INVALID'],
      [3, 'REQUEST_INVALID'],
      [2, 'MODEL_NOT_FOUND'],
    ])
    expect([rows[1], rows[4]]).toEqual([
      { x: 3, seen: 'id-1: 3 of 5' },
      { x: 5, seen: 'id-4: 5 of 5' },
    ])
  })

  test('a batch whose every row is rejected on the way is answered by those errors', async () => {
    const { reply } = await joined.run([{ x: -1 }, { x: -2 }])

    expect(reply).toMatchObject({ rejects: [{ row: 0 }, { row: 1 }] })
  })

  test('a handler in the middle that returns another number of rows fails the batch', async () => {
    const { reply } = await failing.run([{ x: 1 }, { x: 2 }])

    expect(reply).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_OUTPUT_MISMATCH', details: { handler: 2 } } })
  })
})
