import type { EventIterator } from '@redesmyn/core'

/** Where the events of one source go. */
export interface EventSink {
  /** Nobody reads any more: the source is to be ended. */
  readonly isOver: boolean
  /** Called once when that happens. */
  onOver: (() => void) | undefined
  /** Takes one event; what it returns is waited for before the next. Throws for what is no event. */
  take(value: unknown): Promise<void> | undefined
}

/**
 * Brings events from a handler to its clients until it returns, or until nobody reads any more: then it is ended as by
 * `return`, at once where it waits for something. Rejects with what the handler throws, unless nobody was there to hear.
 */
export async function pumpEvents(source: EventIterator<unknown>, sink: EventSink): Promise<void> {
  let closed: Promise<unknown> | undefined
  const close = (): Promise<unknown> => (closed ??= closeSource(source))
  let isWaiting = false
  // A generator that is running cannot be ended; one that waits hears of it behind what it waits for.
  sink.onOver = () => {
    if (isWaiting) void close()
  }
  try {
    while (!sink.isOver) {
      const next = source.next()
      isWaiting = true
      const step = isPromiseLike(next) ? await next : next
      isWaiting = false
      if (step.done === true) return
      const pause = sink.take(step.value)
      if (pause !== undefined) await pause
    }
  } catch (error) {
    if (!sink.isOver) throw error
  } finally {
    sink.onOver = undefined
    // Of a source that has ended this is nothing; of one whose event was refused it is the end.
    await close()
  }
}

/** What a generator throws while it is being ended has nobody to go to. */
async function closeSource(source: EventIterator<unknown>): Promise<void> {
  try {
    await source.return?.()
  } catch {
    // The streams are over, and say how.
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
