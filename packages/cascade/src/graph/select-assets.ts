import { closestName, PipelineError } from '@redesmyn/core'
import type { AnyAsset } from './any-asset.ts'
import { ancestorsOf } from './inputs-of.ts'

/**
 * The assets that a selection names, each behind those it is made of. A selection is names or globs (`daily*`), several
 * with `,` between them; `+` before one adds all that it is made of, behind it all that is made of it. An asset of a graph
 * comes with its steps. No selection at all: every asset. Throws CONFIG_INVALID for a name that there is not, with the
 * nearest.
 */
export function selectAssets(
  assets: ReadonlyMap<string, AnyAsset>,
  selection: readonly string[] = [],
): readonly AnyAsset[] {
  const terms = selection.flatMap((text) => text.split(',')).map((term) => term.trim())
  if (terms.length === 0) return [...assets.values()]
  const selected = new Set(terms.flatMap((term) => selectTerm(assets, term)))
  return [...assets.values()].filter((asset) => selected.has(asset))
}

function selectTerm(assets: ReadonlyMap<string, AnyAsset>, term: string): readonly AnyAsset[] {
  const [, before = '', name = '', after = ''] = /^(\+?)([^+]*)(\+?)$/.exec(term) ?? []
  if (name === '') throw invalid(`a selection is a name, "+name", "name+" or "+name+", got "${term}"`)
  const all = [...assets.values()]
  const named = all.filter(
    (asset) => matches(name, asset.name) || (asset.stepOf !== undefined && matches(name, asset.stepOf)),
  )
  if (named.length === 0) throw unknown(name, [...assets.keys()])
  const above = before === '' ? [] : named.flatMap((asset) => [...ancestorsOf(asset)])
  const below = after === '' ? [] : all.filter((asset) => named.some((other) => ancestorsOf(asset).has(other)))
  return [...named, ...above, ...below]
}

function matches(glob: string, name: string): boolean {
  const pattern = glob
    .replace(/[.\\^$|()[\]{}]/g, String.raw`\$&`)
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${pattern}$`).test(name)
}

function unknown(name: string, known: readonly string[]): PipelineError {
  if (known.length === 0) return invalid(`there is no asset "${name}": the app module exports none`)
  const nearest = closestName(name, known)
  const hint = nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean "${nearest}"?`
  return invalid(`there is no asset "${name}", ${hint}`)
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
