import type { Clock } from './clock.ts'

export interface WaitLimit {
  readonly clock: Clock
  /** Milliseconds that there are. */
  readonly ms: number
  /** Nobody waits any longer. */
  readonly signal?: AbortSignal
}

/** Whether work is done before nobody waits for it any more. Rejects with what it rejects with by then. */
export async function isDoneWithin(work: Promise<unknown>, { clock, ms, signal }: WaitLimit): Promise<boolean> {
  let giveUp = (): void => undefined
  const givenUp = new Promise<boolean>((resolve) => {
    giveUp = () => resolve(false)
  })
  const cancel = clock.after(ms, giveUp)
  if (signal?.aborted === true) giveUp()
  else signal?.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([givenUp, work.then(() => true)])
  } finally {
    cancel()
    signal?.removeEventListener('abort', giveUp)
  }
}
