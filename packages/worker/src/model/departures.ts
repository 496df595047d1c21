import type { ModelRef } from '@redesmyn/core'

/** A slot, as far as it lets go of models. */
export interface Unloader {
  /** Resolves when they are gone. */
  unload(models: readonly ModelRef[]): Promise<void>
}

interface Departure {
  readonly from: Unloader
  readonly gone: Promise<void>
  readonly end: () => void
}

/** Models that slots were told to let go of, until they have. */
export class Departures {
  readonly #onWay = new Set<Departure>()

  send(from: Unloader, models: readonly ModelRef[]): void {
    let settle = (): void => undefined
    const gone = new Promise<void>((resolve) => (settle = resolve))
    const departure: Departure = {
      from,
      gone,
      end: () => {
        this.#onWay.delete(departure)
        settle()
      },
    }
    this.#onWay.add(departure)
    from.unload(models).then(departure.end, departure.end)
  }

  /** The slot is gone, and what it held with it. */
  forget(from: Unloader): void {
    for (const departure of [...this.#onWay]) if (departure.from === from) departure.end()
  }

  /** Resolves when all that were on their way are gone; undefined where none is. */
  settled(): Promise<unknown> | undefined {
    return this.#onWay.size === 0 ? undefined : Promise.all(Array.from(this.#onWay, ({ gone }) => gone))
  }
}
