import type { Artifact, Clock, ModelRef } from '@redesmyn/core'

/** An artifact that was found. */
export interface KnownModel {
  /** The version that requests are to be run with. */
  readonly ref: ModelRef
  /** When the store was last asked for a newer one, in monotonic milliseconds. */
  readonly checkedAtMs: number
  /** When requests began to be run with this version. */
  readonly knownAtMs: number
  /** A newer version that is being loaded, or could not be. */
  readonly coming: ModelRef | undefined
}

/** Artifacts that are remembered; what falls out is asked for again. */
const maxKnown = 10_000

/** Artifacts that were found in a store, with the version of each that is in use. */
export class KnownModels {
  readonly #clock: Clock
  readonly #known = new Map<string, KnownModel>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(key: string): KnownModel | undefined {
    return this.#known.get(key)
  }

  all(): readonly KnownModel[] {
    return [...this.#known.values()]
  }

  add(key: string, { path, version, byteLength }: Artifact): ModelRef {
    const ref: ModelRef = { key, path, version, byteLength }
    const nowMs = this.#clock.now()
    this.#known.set(key, { ref, checkedAtMs: nowMs, knownAtMs: nowMs, coming: undefined })
    if (this.#known.size > maxKnown) {
      const [oldest] = this.#known.keys()
      this.#known.delete(oldest)
    }
    return ref
  }

  /** The store was asked just now. */
  checked(key: string): void {
    const known = this.#known.get(key)
    if (known !== undefined) this.#known.set(key, { ...known, checkedAtMs: this.#clock.now() })
  }

  /** What is to be loaded because of this artifact: undefined where it is in use, or on its way. */
  newer(key: string, { path, version, byteLength }: Artifact): ModelRef | undefined {
    const known = this.#known.get(key)
    if (known === undefined || (known.coming ?? known.ref).version === version) return undefined
    const isBack = known.ref.version === version
    const newer = isBack ? known.ref : { key, path, version, byteLength }
    this.#known.set(key, { ...known, coming: isBack ? undefined : newer })
    return newer
  }

  /** From now on requests are run with this version. */
  replace(ref: ModelRef): void {
    const known = this.#known.get(ref.key)
    if (known === undefined || known.ref === ref) return
    const coming = known.coming === ref ? undefined : known.coming
    this.#known.set(ref.key, { ...known, ref, knownAtMs: this.#clock.now(), coming })
  }
}
