import { afterEach, describe, expect, test } from 'vitest'
import { bundleTestApp, SlotUnderTest } from './slot-under-test.ts'

const app = bundleTestApp('rows.ts', import.meta.url)
let slot: SlotUnderTest | undefined

afterEach(async () => {
  await slot?.stop()
  slot = undefined
})

async function start(stage: string): Promise<SlotUnderTest> {
  slot = await SlotUnderTest.start(app, stage)
  return slot
}

describe('the context of a handler', () => {
  test('a rejected row has an error of its own, and the others their outputs', async () => {
    const stage = await start('picky')

    const { reply, rows } = await stage.run([{ x: 4 }, { x: -1 }, { x: 9 }])

    expect(reply).toMatchObject({
      kind: 'done',
      rejects: [{ row: 1, error: { code: 'REQUEST_INVALID', message: '-1 is negative' } }],
    })
    expect([rows[0], rows[2]]).toEqual([{ y: 2 }, { y: 3 }])
  })

  test('what is left in the place of a rejected row may be nothing', async () => {
    const stage = await start('picky-text')

    const { reply, rows } = await stage.run([{ x: -1 }, { x: 1 }, { x: -1 }])

    expect(reply).toMatchObject({ kind: 'done', rejects: [{ row: 0 }, { row: 2 }] })
    expect(rows[1]).toEqual({ text: 'text 1' })
  })

  test('where every row is rejected the outputs of an earlier batch are gone', async () => {
    const stage = await start('picky')

    const first = await stage.run([{ x: 4 }])
    first.slab.reopen()
    first.slab.writer.append({ x: -1 })
    const second = await stage.offer(first.slab, 1)

    expect(second.reply).toMatchObject({ kind: 'done', rejects: [{ row: 0 }] })
    expect(second.rows).toEqual([{ y: 0 }])
  })

  test('eachRow fails rows one by one', async () => {
    const stage = await start('single')

    const { reply, rows } = await stage.run([{ x: 1 }, { x: -1 }])

    expect(reply).toMatchObject({ kind: 'done', rejects: [{ row: 1, error: { code: 'REQUEST_INVALID' } }] })
    expect(rows[0]).toEqual({ y: 2 })
  })

  test('it knows whose each row is, what was asked, and how long there is', async () => {
    const stage = await start('asked')
    const facts = { ids: 'first\nsecond', queries: 'q=1&z=2\nq=%20x', rowCounts: [2, 1], params: { season: 'spring' } }

    const { reply, rows } = await stage.run([{ x: 1 }, { x: 2 }, { x: 3 }], {
      facts,
      deadlineMs: 250,
      outputColumnBytes: 500,
    })

    const said = rows.map(({ text }) => JSON.parse(String(text)))
    expect(said.map(({ id, q }) => [id, q])).toEqual([
      ['first', '1'],
      ['first', '1'],
      ['second', ' x'],
    ])
    expect(said[0]).toMatchObject({ name: 'asked', slot: 1, params: { season: 'spring' }, attempt: 1, deadlineMs: 250 })
    expect(reply).toEqual({ kind: 'done', heads: [{ row: 0, head: { status: 201, headers: { 'x-first': 'yes' } } }] })
  })

  test('its signal aborts when nobody waits for the batch any more', async () => {
    const stage = await start('slow')
    const slab = stage.openSlab(1)
    slab.writer.append({ x: 1 })

    const running = stage.offer(slab, 1)
    stage.giveUp(slab)
    const { reply } = await running

    expect(reply).toMatchObject({ kind: 'failed', error: { code: 'DEADLINE_EXCEEDED' } })
  })

  test('a stage without schemas answers what its rows look like', async () => {
    const stage = await start('shapeless')

    const { reply, rows } = await stage.run([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ])

    expect(reply).toMatchObject({ kind: 'done', spilled: { fields: [{ name: 'names' }, { name: 'count' }] } })
    expect(rows).toEqual([
      { names: 'a b', count: 2 },
      { names: 'a b', count: 2 },
    ])
  })

  test('a batch that was taken back is not run', async () => {
    const stage = await start('picky')
    const slab = stage.openSlab(1)
    slab.writer.append({ x: 4 })
    const run = stage.offer(slab, 1)

    const isRevoked = slab.revoke()
    const { reply } = await run

    expect(reply.kind).toBe(isRevoked ? 'revoked' : 'done')
  })
})
