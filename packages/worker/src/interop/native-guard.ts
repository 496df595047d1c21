import { PipelineError } from '@redesmyn/core'

/**
 * Who may end a thread, as one word shared with the main thread. Ending a thread inside a native call can abort the
 * whole process, so the thread says when it is in one, and each side changes the word by compare-and-swap only.
 */
export const threadControl = { running: 0, native: 1, doomed: 2, abandoned: 3 } as const

/** The state, and how many native calls overlap, which only the thread itself reads. */
export const threadControlBytes = 2 * Int32Array.BYTES_PER_ELEMENT

const stateWord = 0
const depthWord = 1

/** The thread's side: wraps calls into native code that must not be cut off. Any number of guards may share a word. */
export class NativeGuard {
  readonly #control: Int32Array
  readonly #endThread: () => void

  constructor(control: SharedArrayBuffer, endThread: () => void) {
    this.#control = new Int32Array(control)
    this.#endThread = endThread
  }

  /** Throws EXECUTOR_LOST, without calling, once the main thread has given this thread up. */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#enter()
    try {
      return await call()
    } finally {
      this.#leave()
    }
  }

  #enter(): void {
    const { running, native } = threadControl
    const found = Atomics.compareExchange(this.#control, stateWord, running, native)
    if (found === running) this.#control[depthWord] = 1
    else if (found === native) this.#control[depthWord]++
    else throw new PipelineError('EXECUTOR_LOST', 'this thread is about to end')
  }

  /** A thread that was abandoned inside the call ends itself, now that it safely can. */
  #leave(): void {
    this.#control[depthWord]--
    if (this.#control[depthWord] > 0) return
    const { running, native } = threadControl
    if (Atomics.compareExchange(this.#control, stateWord, native, running) !== native) this.#endThread()
  }
}

/**
 * The main thread's side. `doomed`: the thread may be terminated, it enters no native call any more. `abandoned`: it
 * is inside one and ends itself afterwards; until then it must be left alone.
 */
export function giveUpThread(control: SharedArrayBuffer): 'doomed' | 'abandoned' {
  const word = new Int32Array(control)
  const { running, native, doomed, abandoned } = threadControl
  for (;;) {
    const found = Atomics.compareExchange(word, stateWord, running, doomed)
    if (found === running || found === doomed) return 'doomed'
    if (found === abandoned) return 'abandoned'
    if (Atomics.compareExchange(word, stateWord, native, abandoned) === native) return 'abandoned'
  }
}
