import { posix } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { AnyAsset, AnySource } from './any-asset.ts'
import { assertTakes } from './assert-takes.ts'
import { assertPartitions } from './pipeline-definition.ts'
import {
  type AnyDefinition,
  type AssetDefinition,
  type InputReference,
  isDefinition,
  type SourceDefinition,
} from './definition.ts'

/**
 * The assets among a module's exports, and those that they are made of, by name, each behind all that it is made of. What
 * has no name of its own is named after its export. Throws GRAPH_CYCLE drawing the circle, CONFIG_INVALID for names and
 * folders that two have, SCHEMA_NOT_ASSIGNABLE.
 */
export function findAssets(module: Readonly<Record<string, unknown>>): ReadonlyMap<string, AnyAsset> {
  const finder = new AssetFinder(namesOf(module))
  for (const definition of definitionsOf(module)) finder.add(definition)
  assertOwnFolders(finder.assets)
  return finder.assets
}

/** Everything that is exported, alone or in a list. */
function definitionsOf(module: Readonly<Record<string, unknown>>): readonly AnyDefinition[] {
  return Object.values(module).flat().filter(isDefinition)
}

function namesOf(module: Readonly<Record<string, unknown>>): ReadonlyMap<AnyDefinition, string> {
  const names = new Map<AnyDefinition, string>()
  for (const [name, value] of Object.entries(module)) {
    if (isDefinition(value) && name !== 'default' && !names.has(value)) names.set(value, name)
  }
  return names
}

class AssetFinder {
  readonly assets = new Map<string, AnyAsset>()
  readonly #exported: ReadonlyMap<AnyDefinition, string>
  readonly #found = new Map<AnyDefinition, AnySource | AnyAsset>()
  readonly #taken = new Set<string>()
  /** From an asset to what it is made of, down to what is looked at now. */
  readonly #path: AnyDefinition[] = []

  constructor(exported: ReadonlyMap<AnyDefinition, string>) {
    this.#exported = exported
  }

  add(definition: AnyDefinition): AnySource | AnyAsset {
    const known = this.#found.get(definition)
    if (known !== undefined) return known
    this.#assertNoCycle(definition)
    this.#path.push(definition)
    const made = definition['~kind'] === 'source' ? this.#source(definition) : this.#asset(definition)
    this.#path.pop()
    if (this.#taken.has(made.name)) throw invalid(`two sources or assets are named "${made.name}"`)
    this.#taken.add(made.name)
    this.#found.set(definition, made)
    if (made['~kind'] === 'asset') this.assets.set(made.name, made)
    return made
  }

  #source(definition: SourceDefinition): AnySource {
    return Object.freeze({ ...definition, name: this.#nameOf(definition) })
  }

  #asset(definition: AssetDefinition): AnyAsset {
    const name = this.#nameOf(definition)
    const { step } = definition
    const own = { name, ...(step !== undefined && { stepOf: this.#nameOf(step.owner()) }) }
    if (definition.kind === 'pipeline') {
      const { step: _step, input: reference, ...rest } = definition
      const input = this.#input(reference)
      assertTakes(`input of asset "${name}"`, input, definition.stages[0].input)
      assertPartitions(`asset "${name}"`, definition.partitionBy, input)
      return Object.freeze({ ...rest, ...own, input })
    }
    const { step: _step, inputs: references, ...rest } = definition
    const inputs = Object.entries(references).map(([key, reference]): [string, AnySource | AnyAsset] => {
      const input = this.#input(reference)
      assertTakes(`inputs.${key} of asset "${name}"`, input, definition.takes?.[key])
      return [key, input]
    })
    return Object.freeze({ ...rest, ...own, inputs: Object.freeze(Object.fromEntries(inputs)) })
  }

  #input(reference: InputReference): AnySource | AnyAsset {
    const definition: unknown = typeof reference === 'function' ? reference() : reference
    if (isDefinition(definition)) return this.add(definition)
    throw invalid(`an input that is a function must return a source or an asset, got ${typeof definition}`)
  }

  #nameOf(definition: AnyDefinition): string {
    if (definition['~kind'] === 'asset' && definition.step !== undefined) {
      return `${this.#nameOf(definition.step.owner())}.${definition.step.name}`
    }
    const name = definition.name ?? this.#exported.get(definition)
    if (name !== undefined) return name
    const kind = definition['~kind'] === 'source' ? 'a source' : 'an asset'
    throw invalid(`${kind} has neither a name nor an export that could name it`)
  }

  #assertNoCycle(definition: AnyDefinition): void {
    const start = this.#path.indexOf(definition)
    if (start < 0) return
    const cycle = [...this.#path.slice(start), definition].map((member) => this.#nameOf(member))
    const drawn = cycle.map((name) => `"${name}"`).join(' → ')
    throw new PipelineError('GRAPH_CYCLE', `assets are made of each other in a circle: ${drawn}`, {
      details: { cycle },
    })
  }
}

function assertOwnFolders(assets: ReadonlyMap<string, AnyAsset>): void {
  const owners = new Map<string, string>()
  for (const { name, to } of assets.values()) {
    const folder = posix.normalize(`${to}/`)
    const other = owners.get(folder)
    if (other !== undefined) throw invalid(`assets "${other}" and "${name}" go to the same folder "${to}"`)
    owners.set(folder, name)
  }
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
