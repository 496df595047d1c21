import type { EventSchema } from '../schema/event-schema.ts'
import { type EventIterator, type EventSource, iteratorOf } from './event-source.ts'
import type { RowEvent, StreamEvent } from './stream-event.ts'

/**
 * A source of events for each row of a batch. The runtime drives each for itself, so that a slow client holds up its
 * own row only; who reads it as one source gets the events of all rows as they come.
 */
export class RowStreams<E extends EventSchema = EventSchema> implements AsyncIterable<RowEvent<E>> {
  /** In the order of the rows. */
  readonly '~rows': readonly EventSource<StreamEvent<E>>[]

  constructor(rows: readonly EventSource<StreamEvent<E>>[]) {
    this['~rows'] = rows
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RowEvent<E>, void> {
    const iterators = this['~rows'].map(iteratorOf)
    const open = new Map(iterators.map((iterator, row) => [row, stepOf(iterator, row)]))
    try {
      while (open.size > 0) {
        const { row, step } = await Promise.race(open.values())
        if (step.done === true) {
          open.delete(row)
          continue
        }
        open.set(row, stepOf(iterators[row], row))
        yield { ...step.value, row }
      }
    } finally {
      for (const row of open.keys()) void Promise.resolve(iterators[row].return?.()).catch(() => undefined)
    }
  }
}

/** Recognised by shape, because an app bundle may hold a second copy of the class. */
export function rowStreamsOf(source: unknown): readonly EventSource<unknown>[] | undefined {
  if (typeof source !== 'object' || source === null || !('~rows' in source)) return undefined
  const { '~rows': rows } = source
  return Array.isArray(rows) ? rows : undefined
}

async function stepOf<Event>(iterator: EventIterator<Event>, row: number) {
  return { row, step: await iterator.next() }
}
