import { PipelineError } from '@redesmyn/core'
import { compileRecordSchema } from '@redesmyn/core'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { HeldReply } from '../../../packages/cascade/dist/stage-server/held-reply.js'
import { ReplyStore } from '../../../packages/cascade/dist/stage-server/reply-store.js'
import { fakeClock } from '../../clock/fake-clock.ts'
import { batchOf } from '../handoff/rows-batch.ts'

const schema = compileRecordSchema(Type.Object({ x: Type.Number() }), 'a reply')

interface Counted {
  readonly reply: HeldReply
  /** How often its memory was given back. */
  readonly freed: { count: number }
}

function replyOf(rowCount: number): Counted {
  const freed = { count: 0 }
  const batch = batchOf(
    schema,
    Array.from({ length: rowCount }, (_, x) => ({ x })),
  )
  return { freed, reply: new HeldReply({ batch, rejects: [], serverTimingMs: 1, onFree: () => void freed.count++ }) }
}

describe('replies that are kept for calls that come again', () => {
  test('C84 one is found for as long as it is kept, and its memory goes back afterwards without anybody asking', () => {
    const clock = fakeClock()
    const store = new ReplyStore({ replayBytes: 1e6, replayMs: 1000 }, clock)
    const { reply, freed } = replyOf(8)
    store.keep('a', { kind: 'answered', reply })

    clock.advance(999)
    expect(store.find('a')).toMatchObject({ kind: 'answered' })
    expect(freed.count).toBe(0)
    clock.advance(1)

    expect(freed.count).toBe(1)
    expect(store.byteLength).toBe(0)
    expect(store.find('a')).toBeUndefined()
    expect(clock.timerCount).toBe(0)
  })

  test('C84 the oldest go where there are too many bytes, and one that is larger than all of them is not kept', () => {
    const store = new ReplyStore({ replayBytes: 20_000, replayMs: 1000 }, fakeClock())
    const [first, second, large] = [replyOf(1000), replyOf(1000), replyOf(5000)]
    store.keep('first', { kind: 'answered', reply: first.reply })
    store.keep('second', { kind: 'answered', reply: second.reply })

    expect(store.byteLength).toBeLessThanOrEqual(20_000)
    store.keep('third', { kind: 'answered', reply: replyOf(1000).reply })
    store.keep('large', { kind: 'answered', reply: large.reply })

    expect([first, second].map(({ freed }) => freed.count)).toEqual([1, 0])
    expect(store.find('first')).toBeUndefined()
    expect(store.find('large')).toBeUndefined()
    expect(store.find('third')).toBeDefined()
  })

  test('what comes after the end is not kept, and no timer runs for it', () => {
    const clock = fakeClock()
    const store = new ReplyStore({ replayBytes: 1e6, replayMs: 1000 }, clock)
    const [before, after] = [replyOf(8), replyOf(8)]
    store.keep('before', { kind: 'answered', reply: before.reply })

    store.close()
    store.keep('after', { kind: 'answered', reply: after.reply })

    expect(before.freed.count).toBe(1)
    expect([store.find('before'), store.find('after'), store.byteLength]).toEqual([undefined, undefined, 0])
    expect(clock.timerCount).toBe(0)
  })

  test('a reply that is being read stays when it is kept no longer', () => {
    const clock = fakeClock()
    const store = new ReplyStore({ replayBytes: 1e6, replayMs: 10 }, clock)
    const { reply, freed } = replyOf(8)
    const reader = reply.share()
    store.keep('a', { kind: 'answered', reply })

    clock.advance(10)
    expect(freed.count).toBe(0)
    reader.release()
    reader.release()

    expect(freed.count).toBe(1)
  })

  test('a few rows of a large slab are kept without the slab', () => {
    const whole = batchOf(
      schema,
      Array.from({ length: 100_000 }, (_, x) => ({ x })),
    )
    const freed = { count: 0 }
    const reply = new HeldReply({
      batch: whole.slice(5, 8),
      rejects: [],
      serverTimingMs: 1,
      onFree: () => void freed.count++,
    })
    const own = reply.share()
    const store = new ReplyStore({ replayBytes: 5000, replayMs: 10 }, fakeClock())

    store.keep('a', { kind: 'answered', reply })
    own.release()

    const kept = store.find('a')
    expect(freed.count).toBe(1)
    expect(kept?.kind === 'answered' && kept.reply.share().batch.rows()).toEqual([{ x: 5 }, { x: 6 }, { x: 7 }])
  })

  test('failures are kept too', () => {
    const store = new ReplyStore({ replayBytes: 5000, replayMs: 10 }, fakeClock())
    const error = new PipelineError('HANDLER_ERROR', 'thirteen')

    store.keep('a', { kind: 'failed', error })

    expect(store.find('a')).toEqual({ kind: 'failed', error })
  })
})
