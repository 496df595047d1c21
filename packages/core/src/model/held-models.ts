import type { ModelRef } from '../batch/batch-group.ts'

/** A model in the thread that has loaded it. */
export interface HeldModel {
  readonly slot: number
  readonly model: ModelRef
}

/** Which slot holds which model: in each slot one version of a key. In order of use, the one used longest ago first. */
export class HeldModels {
  readonly #held = new Map<string, HeldModel>()
  #byteLength = 0

  get count(): number {
    return this.#held.size
  }

  get byteLength(): number {
    return this.#byteLength
  }

  has(slot: number, { key, version }: ModelRef): boolean {
    return this.#held.get(placeOf(slot, key))?.model.version === version
  }

  slotsWith({ key, version }: ModelRef): readonly number[] {
    const held = [...this.#held.values()].filter(({ model }) => model.key === key && model.version === version)
    return held.map(({ slot }) => slot)
  }

  get(slot: number, key: string): HeldModel | undefined {
    return this.#held.get(placeOf(slot, key))
  }

  all(): readonly HeldModel[] {
    return [...this.#held.values()]
  }

  of(slot: number): readonly ModelRef[] {
    return [...this.#held.values()].filter((held) => held.slot === slot).map(({ model }) => model)
  }

  add(slot: number, model: ModelRef): void {
    this.delete({ slot, model })
    this.#held.set(placeOf(slot, model.key), { slot, model })
    this.#byteLength += model.byteLength
  }

  /** Makes it the one used last. */
  touch(slot: number, key: string): void {
    const place = placeOf(slot, key)
    const held = this.#held.get(place)
    if (held === undefined) return
    this.#held.delete(place)
    this.#held.set(place, held)
  }

  delete({ slot, model }: HeldModel): void {
    const held = this.#held.get(placeOf(slot, model.key))
    if (held === undefined) return
    this.#held.delete(placeOf(slot, model.key))
    this.#byteLength -= held.model.byteLength
  }

  /** The one used longest ago of those that may go. */
  oldest(mayGo: (held: HeldModel) => boolean): HeldModel | undefined {
    for (const held of this.#held.values()) if (mayGo(held)) return held
    return undefined
  }
}

function placeOf(slot: number, key: string): string {
  return `${slot} ${key}`
}
