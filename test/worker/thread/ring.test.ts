import { describe, expect, test } from 'vitest'
import { RingEnd, ringBytes } from '../../../packages/worker/dist/thread/ring.js'

function pair(depth = 8): { main: RingEnd; thread: RingEnd; attachThread: () => RingEnd } {
  const ring = new SharedArrayBuffer(ringBytes(depth))
  const awake = new SharedArrayBuffer(4)
  const attachThread = () => new RingEnd('thread', ring, awake)
  return { main: new RingEnd('main', ring, awake), thread: attachThread(), attachThread }
}

function readAll(end: RingEnd): number[] {
  const entry = { slab: 0, generation: 0, flag: 0 }
  const slabs: number[] = []
  while (end.in.read(entry)) slabs.push(entry.slab)
  return slabs
}

describe('the ring between a slot and its thread', () => {
  test('entries arrive in order, whole, and once, however often the ring goes round', () => {
    const { main, thread } = pair(4)
    const seen: number[] = []
    for (let slab = 0; slab < 100; slab += 4) {
      for (let next = slab; next < slab + 4; next++) main.out.write(next, next * 2, 1)
      seen.push(...readAll(thread))
    }

    expect(seen).toEqual(Array.from({ length: 100 }, (_, slab) => slab))
    expect(thread.in.hasUnread).toBe(false)
  })

  test('a thread that attaches late reads what was written before it came', () => {
    const { main, attachThread } = pair()
    main.out.write(7, 1, 0)

    expect(readAll(attachThread())).toEqual([7])
  })

  test('the first to find the other side asleep wakes it, and nobody else does', () => {
    const { main, thread } = pair()
    const first = main.other.wake()
    const second = main.other.wake()
    thread.own.fallAsleep()

    expect([first, second, main.other.wake()]).toEqual([true, false, true])
  })

  test('an entry written while the other side falls asleep is either seen by it or wakes it', () => {
    const { main, thread } = pair()
    thread.own.stayAwake()
    // The thread has read everything and is about to sleep; the entry comes just before or just after that.
    main.out.write(1, 1, 0)
    const wokenBefore = main.other.wake()
    thread.own.fallAsleep()
    const seenAfterwards = thread.in.hasUnread
    main.out.write(2, 1, 0)
    const wokenAfter = main.other.wake()

    expect([wokenBefore, seenAfterwards, wokenAfter]).toEqual([false, true, true])
  })
})
