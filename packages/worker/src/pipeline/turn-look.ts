import type { Clock } from '@redesmyn/core'
import { WakeWord } from '../thread/ring.ts'

export interface TurnLookSteps<Ended> {
  /** Sends what can be sent, and takes what has ended. */
  readonly take: () => readonly Ended[]
  /** What it does may be a reason to look once more. */
  readonly answer: (ended: readonly Ended[]) => void
  /** Whether something has ended since. */
  readonly hasMore: () => boolean
}

/** Looks at what has come when a turn of the event loop ends, once for all who have asked for it. */
export class TurnLook<Ended> {
  /** Tells threads whether they may leave the ends of batches for this thread to find. */
  readonly awake = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  readonly #wakeWord = new WakeWord(new Int32Array(this.awake), 0)
  readonly #clock: Clock
  readonly #steps: TurnLookSteps<Ended>
  #isDue = false
  #isWanted = false

  constructor(clock: Clock, steps: TurnLookSteps<Ended>) {
    this.#clock = clock
    this.#steps = steps
  }

  /** While a look is due, threads need not send messages about batches that have ended. */
  ask(): void {
    this.#isWanted = true
    if (this.#isDue) return
    this.#isDue = true
    this.#wakeWord.stayAwake()
    this.#clock.endOfTurn(() => this.#look())
  }

  #look(): void {
    const { take, answer, hasMore } = this.#steps
    const ended = take()
    this.#isWanted = false
    answer(ended)
    this.#wakeWord.fallAsleep()
    this.#isDue = false
    // A thread that saw this one awake a moment ago has sent no message.
    if (this.#isWanted || hasMore()) this.ask()
  }
}
