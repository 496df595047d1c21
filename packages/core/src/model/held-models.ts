import type { ModelRef } from '../batch/batch-group.ts'
import { modelId } from './model-id.ts'

/** A model in the thread that has loaded it. */
export interface HeldModel {
  readonly slot: number
  readonly model: ModelRef
}

/**
 * Which slot holds which model. While a newer version takes the place of another, a slot holds both. In order of use,
 * the one used longest ago first.
 */
export class HeldModels {
  readonly #held = new Map<string, HeldModel>()

  get size(): number {
    return this.#held.size
  }

  /** Of all artifacts, each counted for every slot that holds it. */
  get byteLength(): number {
    let total = 0
    for (const { model } of this.#held.values()) total += model.byteLength
    return total
  }

  has(slot: number, model: ModelRef): boolean {
    return this.#held.has(placeOf(slot, model))
  }

  slotsWith(model: ModelRef): readonly number[] {
    const id = modelId(model)
    return this.all((held) => modelId(held.model) === id).map(({ slot }) => slot)
  }

  of(slot: number): readonly ModelRef[] {
    return this.all((held) => held.slot === slot).map(({ model }) => model)
  }

  /** Those that are wanted, the one used longest ago first. */
  all(isWanted: (held: HeldModel) => boolean): readonly HeldModel[] {
    return [...this.#held.values()].filter(isWanted)
  }

  add(slot: number, model: ModelRef): void {
    this.delete({ slot, model })
    this.#held.set(placeOf(slot, model), { slot, model })
  }

  /** Makes it the one used last. */
  touch(slot: number, model: ModelRef): void {
    const place = placeOf(slot, model)
    const held = this.#held.get(place)
    if (held === undefined) return
    this.#held.delete(place)
    this.#held.set(place, held)
  }

  delete({ slot, model }: HeldModel): void {
    this.#held.delete(placeOf(slot, model))
  }
}

function placeOf(slot: number, model: ModelRef): string {
  return `${slot} ${modelId(model)}`
}
