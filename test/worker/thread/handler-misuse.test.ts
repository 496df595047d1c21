import { afterEach, describe, expect, test } from 'vitest'
import { bundleTestApp, SlotUnderTest } from './slot-under-test.ts'

const misuse = bundleTestApp('misuse.ts', import.meta.url)
const views = bundleTestApp('views.ts', import.meta.url)
let slot: SlotUnderTest | undefined

afterEach(async () => {
  await slot?.stop()
  slot = undefined
})

async function start(app: typeof misuse, stage: string): Promise<SlotUnderTest> {
  slot = await SlotUnderTest.start(app, stage)
  return slot
}

describe('what a handler must not do', () => {
  test('M36 a result of another length fails the batch and names both numbers', async () => {
    const stage = await start(misuse, 'too-few')

    const { reply } = await stage.run([{ x: 1 }, { x: 2 }, { x: 3 }, { x: 4 }])

    expect(reply).toMatchObject({
      kind: 'failed',
      error: { code: 'HANDLER_OUTPUT_MISMATCH', message: 'stage "too-few" returned 3 rows for 4' },
    })
  })

  test.each([
    ['other-column', 'stage "other-column" returned a column "z", expected only "y"'],
    ['other-type', 'stage "other-type" returned string in column "y", row 0, expected float64'],
    ['nothing', 'stage "nothing" returned undefined, expected columns or rows'],
  ])('R052 a result with the fault "%s" is refused by name', async (fault, message) => {
    const stage = await start(misuse, fault)

    const { reply } = await stage.run([{ x: 1 }])

    expect(reply).toMatchObject({ kind: 'failed', error: { code: 'OUTPUT_SCHEMA_MISMATCH' } })
    expect(reply.kind === 'failed' && reply.error.message).toContain(message)
  })

  test('a column that the schema lacks is an error of the handler, which names those there are', async () => {
    const stage = await start(misuse, 'unknown-column')

    const { reply } = await stage.run([{ x: 1 }])

    expect(reply).toMatchObject({
      kind: 'failed',
      error: { code: 'HANDLER_ERROR', message: 'there is no column "nope", only "x"' },
    })
  })

  test('R020 a handler that throws fails its batch only, and its trace names the line of the app', async () => {
    const stage = await start(misuse, 'thrower')

    const failed = await stage.run([{ x: 1 }, { x: 9 }])
    const next = await stage.run([{ x: 9 }])

    expect(failed.reply).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_ERROR' } })
    expect(failed.reply.kind === 'failed' && failed.reply.error.stack).toMatch(/apps\/misuse\.ts:\d+:\d+/)
    expect(next.rows).toEqual([{ y: 9 }])
  })

  test.each([2, 3])('M40 a handler may even throw what is no error (%d)', async (x) => {
    const stage = await start(misuse, 'thrower')

    const failed = await stage.run([{ x }])
    const next = await stage.run([{ x: 9 }])

    expect(failed.reply).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_ERROR' } })
    expect(next.rows).toEqual([{ y: 9 }])
  })

  test('R017 a rejected promise is the same as a throw', async () => {
    const stage = await start(misuse, 'thrower')

    const { reply } = await stage.run([{ x: 4 }])

    expect(reply).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_ERROR', message: 'later' } })
  })

  test('an error with a code of ours keeps it', async () => {
    const stage = await start(views, 'refused')

    const { reply } = await stage.run([{ x: 1 }])

    expect(reply).toMatchObject({ kind: 'failed', error: { code: 'REQUEST_INVALID', message: 'no such season' } })
  })

  test('R062 a handler that changes its input is found out, and the column named', async () => {
    const stage = await start(misuse, 'input-writer')

    const { reply } = await stage.run([{ kept: 1, x: 2 }])

    expect(reply).toMatchObject({
      kind: 'failed',
      error: { code: 'HANDLER_WROTE_INPUT', details: { stage: 'input-writer', column: 'x' } },
    })
  })

  test('R062 with mutatesInput a handler gets a counted copy, and the rows stay as they were', async () => {
    const stage = await start(misuse, 'copy-writer')

    const { rows, slab, copied } = await stage.run([{ kept: 1, x: 2 }])

    expect(rows).toEqual([{ y: 3 }])
    expect(slab.writer.batch().rows()).toEqual([{ kept: 1, x: 2 }])
    expect(copied).toEqual({ 'mutates-input': 16, output: 8 })
  })
})
