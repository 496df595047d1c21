import type { Artifact, ModelStore } from '@redesmyn/core'

/** A store in memory, as a user may write one, that tells which paths it was asked for. */
export class CountingStore implements ModelStore {
  readonly asked: string[] = []
  readonly #artifacts = new Map<string, Artifact>()
  #failure: Error | undefined

  put(path: string, version: string): void {
    this.#artifacts.set(path, { path: `store:${path}`, version, byteLength: 10 })
  }

  remove(path: string): void {
    this.#artifacts.delete(path)
  }

  failWith(error: Error | undefined): void {
    this.#failure = error
  }

  async stat(path: string): Promise<Artifact | undefined> {
    this.asked.push(path)
    await Promise.resolve()
    if (this.#failure !== undefined) throw this.#failure
    return this.#artifacts.get(path)
  }
}
