import { closestName } from './closest-name.ts'
import { PipelineError } from './pipeline-error.ts'

/** Every name that options of a type may have: the compiler finds one that is left out. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true }

/**
 * Throws CONFIG_INVALID for an option that there is not: a misspelt one would do nothing, and nobody would know.
 * `Options` is to be said: it holds `names` to the type.
 */
export function assertOptionNames<Options>(owner: string, options: object, names: OptionNames<Options>): void {
  const known = Object.keys(names)
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue
    const closest = closestName(name, known)
    const hint = closest === undefined ? `expected one of ${known.join(', ')}` : `did you mean "${closest}"?`
    throw new PipelineError('CONFIG_INVALID', `${owner} has no option "${name}", ${hint}`)
  }
}
