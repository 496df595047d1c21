import type { Layer } from './layer.ts'

/** Lets `maxCalls` calls of this thread run at once; the others wait, first come, first served. */
export function limit(maxCalls: number): Layer {
  return (next) => {
    const waiting: (() => void)[] = []
    let running = 0
    return async (batch, context) => {
      if (running < maxCalls) running++
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await next(batch, context)
      } finally {
        // The place is handed over, not freed: nobody who comes in between can take it.
        const first = waiting.shift()
        if (first === undefined) running--
        else first()
      }
    }
  }
}
