import { PipelineError } from '../errors/pipeline-error.ts'
import type { AnyProvider, Provider, ProviderContext } from './provider.ts'

interface ProvidedValue {
  readonly value: unknown
  dispose(): void | Promise<void>
}

/** What the handlers of one thread are given: each thing made once, disposed of once. */
export class Provided {
  readonly #values = new Map<string, ProvidedValue>()

  /**
   * Makes everything, in order. Of several providers with one name the last counts. Rejects with what the first that
   * fails throws; what had been made by then is disposed of.
   */
  async create(providers: readonly AnyProvider[], context: ProviderContext): Promise<void> {
    const byName = new Map(providers.map((provider) => [provider.name, provider]))
    try {
      for (const provider of byName.values()) {
        if (!this.#values.has(provider.name)) this.#values.set(provider.name, await createValue(provider, context))
      }
    } catch (error) {
      await this.dispose().catch(() => undefined)
      throw error
    }
  }

  get isEmpty(): boolean {
    return this.#values.size === 0
  }

  /** Throws HANDLER_ERROR for what neither the stage nor the app names. */
  get<T>(provider: Provider<T>): T {
    const provided = this.#values.get(provider.name)
    // It was made by a provider of this name, which is what a name stands for.
    if (provided !== undefined) return provided.value as T
    const message = `"${provider.name}" is not provided: name it in "needs" of the stage or in "provide" of the app`
    throw new PipelineError('HANDLER_ERROR', message)
  }

  /** In the opposite order; all are disposed of even where one throws, and then that is thrown. */
  async dispose(): Promise<void> {
    const values = [...this.#values.values()].toReversed()
    this.#values.clear()
    const ends = await Promise.allSettled(values.map(async (provided) => provided.dispose()))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }
}

async function createValue(provider: AnyProvider, context: ProviderContext): Promise<ProvidedValue> {
  // Whatever it is that a provider makes, it is what the provider itself takes back.
  const typed = provider as Provider<unknown>
  const value = await typed.create(context)
  return { value, dispose: () => typed.dispose(value) }
}
