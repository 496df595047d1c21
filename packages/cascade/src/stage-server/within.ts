import type { Clock } from '@redesmyn/core'

/** Whether work is done before the time is over. Rejects with what it rejects with by then. */
export async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<boolean> {
  return await new Promise<boolean>((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(false))
    void work.then(() => resolve(true), reject).finally(cancel)
  })
}
