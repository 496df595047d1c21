/** What was found out about one call of a handler. */
export interface StrayWatch {
  /** Of the first promise of the handler's that rejected while nobody looked. */
  error: { readonly reason: unknown } | undefined
}

/** Promises that handlers leave to themselves and that reject: whose they were can be told where one call is open. */
export class StrayRejections {
  readonly #open = new Set<StrayWatch>()

  open(): StrayWatch {
    const watch: StrayWatch = { error: undefined }
    this.#open.add(watch)
    return watch
  }

  close(watch: StrayWatch): void {
    this.#open.delete(watch)
  }

  found(reason: unknown): void {
    const [only, ...others] = this.#open
    if (only !== undefined && others.length === 0) only.error ??= { reason }
  }
}
