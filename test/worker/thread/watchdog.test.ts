import { type AnyStage, FormedBatch, PipelineError, stage, Ticket, type Waiter } from '@redesmyn/core'
import { expect, test } from 'vitest'
import type { Slab } from '../../../packages/worker/dist/memory/slab.js'
import { slabState } from '../../../packages/worker/dist/memory/slab-header.js'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'
import { StageRooms } from '../../../packages/worker/dist/pipeline/stage-rooms.js'
import type { SlotPort, SlotState } from '../../../packages/worker/dist/thread/slot-port.js'
import { Watchdog } from '../../../packages/worker/dist/thread/watchdog.js'
import { fakeClock } from '../../clock/fake-clock.ts'
import { identity } from '../../apps/numbers.ts'
import { NumbersWaiter } from '../pipeline/start-stage.ts'

/** A slot whose thread is the test itself. */
class TestSlot implements SlotPort {
  readonly number = 1
  readonly inFlight: FormedBatch<Slab>[] = []
  readonly hasRoom = true
  state: SlotState = 'serving'
  hasEnded = false
  toldEnds = 0
  sentBatches = 0
  abandoned = 0

  get owesEnds(): boolean {
    return this.toldEnds < this.sentBatches
  }

  order(): void {}

  run(batch: FormedBatch<Slab>): void {
    this.sentBatches++
    this.inFlight.push(batch)
  }

  abandon(): void {
    this.abandoned++
    this.state = 'lost'
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async load(): Promise<number> {
    return 0
  }
  takeEnded(): undefined {}
  revoke(): undefined {}
  async unload(): Promise<void> {}
  giveUp(): void {}
  leave(): void {}
}

function setUp(timeoutMs: number | undefined) {
  const clock = fakeClock()
  const slot = new TestSlot()
  const rooms = new StageRooms(new SlabPool({ maxBytes: 1 << 24, poison: 'never' }), {
    maxRows: 4,
    columnBytes: {},
    output: identity.output?.fields,
  })
  const begunAtMs = new Map<FormedBatch<Slab>, number>()
  const late: FormedBatch<Slab>[] = []
  const hampered: SlotPort[] = []
  const watched: Pick<AnyStage, 'name' | 'config'> = stage({
    name: 'watched',
    ...(timeoutMs !== undefined && { timeoutMs }),
    handler: (batch) => batch.rows(),
  })
  const watchdog = new Watchdog({
    slots: [slot],
    stage: watched,
    clock,
    ageMs: (batch) => clock.now() - (begunAtMs.get(batch) ?? clock.now()),
    onLate(batch, error) {
      expect(error).toBeInstanceOf(PipelineError)
      batch.liveRows = 0
      late.push(batch)
    },
    onHampered: (found) => hampered.push(found),
  })

  /** Sends a batch whose row has 10 s. */
  function send(): FormedBatch<Slab> {
    const waiter: Waiter = new NumbersWaiter(identity, [1])
    const room = rooms.open(waiter.group)
    if (room === undefined) throw new Error('there is no memory')
    const batch = new FormedBatch(waiter.group, room, clock.now())
    new Ticket(waiter, clock.now()).place(batch, 1)
    room.offer(1, 10_000)
    slot.run(batch)
    watchdog.watch(batch)
    return batch
  }

  function begin(batch: FormedBatch<Slab>): FormedBatch<Slab> {
    batch.room.header.move(batch.room.generation, slabState.ready, slabState.taken)
    begunAtMs.set(batch, clock.now())
    return batch
  }

  function end(batch: FormedBatch<Slab>): void {
    slot.inFlight.splice(slot.inFlight.indexOf(batch), 1)
    slot.toldEnds++
  }

  return { clock, slot, watchdog, late, hampered, send, begin, end }
}

test('a batch is late at the limit of its stage from when it was begun, and its slot is ended a second later', () => {
  const { clock, slot, late, send, begin } = setUp(500)
  const batch = send()
  clock.advance(200)
  begin(batch)

  clock.advance(499)
  const before = late.length
  clock.advance(1)
  const atLimit = [late.length, slot.abandoned]
  clock.advance(999)
  const inGrace = slot.abandoned
  clock.advance(1)

  expect([before, atLimit, inGrace, slot.abandoned]).toEqual([0, [1, 0], 0, 1])
})

test('without a limit of the stage a batch has as long as its last row, whose time others watch', () => {
  const { clock, slot, late, send, begin } = setUp(undefined)
  begin(send())

  clock.advance(10_999)
  const inGrace = slot.abandoned
  clock.advance(1)

  expect([late.length, inGrace, slot.abandoned]).toEqual([0, 0, 1])
})

test('a slot that runs other batches too is renewed, once, and ended when nothing sound is left in it', () => {
  const { clock, slot, hampered, send, begin, end } = setUp(500)
  begin(send())
  clock.advance(1400)
  const sound = begin(send())

  clock.advance(200)
  const whileSound = [hampered.length, slot.abandoned]
  clock.advance(200)
  end(sound)
  clock.advance(2000)

  expect(whileSound).toEqual([1, 0])
  expect([hampered.length, slot.abandoned]).toEqual([1, 1])
})

test('batches that end in time cost one timer a limit, and none once all is quiet', () => {
  const { clock, slot, late, send, begin, end } = setUp(500)
  for (let round = 0; round < 100; round++) {
    const batch = begin(send())
    expect(clock.timerCount).toBe(1)
    clock.advance(20)
    end(batch)
  }
  clock.advance(500)

  expect([late.length, slot.abandoned, clock.timerCount]).toEqual([0, 0, 0])
})

test('a slot that takes nothing of what it was sent is ended, one that has told an end is not', () => {
  const { clock, slot, send, end } = setUp(500)
  send()
  clock.advance(1400)
  const told = slot.inFlight[0]
  send()
  end(told)
  clock.advance(700)
  const afterAnEnd = slot.abandoned
  clock.advance(1000)

  expect([afterAnEnd, slot.abandoned]).toEqual([0, 1])
})

test('what a slot has told is read before it is judged', () => {
  const { clock, slot, late, send, begin, end } = setUp(500)
  const batch = begin(send())
  slot.hasEnded = true

  clock.advance(5000)
  end(batch)
  slot.hasEnded = false
  clock.advance(1000)

  expect([late.length, slot.abandoned, clock.timerCount]).toEqual([0, 0, 0])
})

test('a watchdog that is stopped has no timer', () => {
  const { clock, watchdog, send } = setUp(500)
  send()

  watchdog.stop()

  expect(clock.timerCount).toBe(0)
})
