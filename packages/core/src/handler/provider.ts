import { PipelineError } from '../errors/pipeline-error.ts'
import type { Log } from './log.ts'

/** Where a provider makes its value. */
export interface ProviderContext {
  readonly stage: string
  /** 1 for the first thread of the stage. */
  readonly slot: number
  readonly log: Log
}

/** Something that handlers are given, made once in each thread: a client of a database, a clock, a table. */
export interface Provider<T> {
  readonly '~kind': 'provider'
  readonly name: string
  /** What it throws fails the start of the thread. */
  create(context: ProviderContext): T | Promise<T>
  dispose(value: T): void | Promise<void>
  /** The same, made in another way: for tests, or for another environment. */
  with(create: (context: ProviderContext) => T | Promise<T>, options?: ProviderOptions<T>): Provider<T>
}

/** A provider whatever it provides. */
export type AnyProvider = Provider<never> | Provider<unknown>

export interface ProviderOptions<T> {
  /** Called once, when the thread is about to end. */
  readonly dispose?: (value: T) => void | Promise<void>
}

/**
 * Names something that handlers can ask for: a stage that `needs` it, and every stage of an app that `provide`s it,
 * makes it when a thread starts, and `context.get(provider)` gives it. Throws CONFIG_INVALID.
 */
export function provider<T>(
  name: string,
  create: (context: ProviderContext) => T | Promise<T>,
  options: ProviderOptions<T> = {},
): Provider<T> {
  if (typeof name !== 'string' || name === '' || typeof create !== 'function') {
    throw new PipelineError('CONFIG_INVALID', `a provider has a name and a function, got "${String(name)}"`)
  }
  return Object.freeze<Provider<T>>({
    '~kind': 'provider',
    name,
    create,
    dispose: options.dispose ?? (() => undefined),
    with: (createOther, otherOptions) => provider<T>(name, createOther, otherOptions),
  })
}

/** Throws CONFIG_INVALID naming the owner where one is no provider, or two have one name. */
export function checkProviders(owner: string, providers: readonly AnyProvider[] | undefined): readonly AnyProvider[] {
  const all: readonly AnyProvider[] = providers ?? []
  const names = new Set<string>()
  for (const one of all) {
    if (!isProvider(one)) throw new PipelineError('CONFIG_INVALID', `${owner} must be a list of providers`)
    if (names.has(one.name)) {
      throw new PipelineError('CONFIG_INVALID', `${owner} has two providers named "${one.name}"`)
    }
    names.add(one.name)
  }
  return Object.freeze([...all])
}

/** By shape, because an app bundle may hold a second copy of this module. */
function isProvider(value: unknown): value is AnyProvider {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'provider'
}
