import { closestName, PipelineError } from '@redesmyn/core'
import type { AnyAsset } from './any-asset.ts'
import { ancestorsOf, inputsOf } from './inputs-of.ts'

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
  if (named.length === 0) throw unknown(name, all)
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

function unknown(name: string, assets: readonly AnyAsset[]): PipelineError {
  const known = assets.map((asset) => asset.name)
  const isRead = assets.flatMap(inputsOf).some((input) => input['~kind'] === 'source' && input.name === name)
  const what = isRead ? `"${name}" is a source, which is only read` : `there is no asset "${name}"`
  if (known.length === 0) return invalid(`${what}: the app module exports none`)
  const nearest = isRead ? undefined : closestName(name, known)
  const all = known.map((one) => `"${one}"`).join(', ')
  const hint = nearest === undefined ? `expected one of the assets ${all}` : `did you mean "${nearest}"?`
  return invalid(`${what}, ${hint}`, { name, known })
}

function invalid(message: string, details: Readonly<Record<string, unknown>> = {}): PipelineError {
  return new PipelineError('CONFIG_INVALID', message, { details })
}
