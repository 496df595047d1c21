import { type ObjectSchema, PipelineError } from '@redesmyn/core'
import type { AnyInput, Asset, PartOptions } from './asset.ts'
import { checkName } from './asset-name.ts'
import type { AssetDefinition, InputReference, SchemaOfInput, StepPlace } from './definition.ts'
import { frameDefinition } from './frame-definition.ts'
import { type CallNode, type GraphNode, type GraphValue, graphValue, isGraphValue } from './graph-value.ts'
import type { OutputOptions } from './output-options.ts'
import { pipelineDefinition } from './pipeline-definition.ts'

export interface GraphAssetOptions<I extends Readonly<Record<string, AnyInput>>, O extends ObjectSchema>
  extends OutputOptions,
    PartOptions {
  readonly inputs: I
  /** Called once, when the asset is defined: joins ops to each other. What does not lead to its result is left out. */
  readonly graph: (values: GraphValuesOf<I>) => GraphValue<O>
}

export type GraphValuesOf<I> = { readonly [Name in keyof I]: GraphValue<SchemaOfInput<I[Name]>> }

/**
 * Defines an asset by a graph of ops. Each op's rows are kept, under `_ops` in the asset's folder, so that a run that
 * failed goes on at the op that failed. Throws CONFIG_INVALID, and SCHEMA_NOT_ASSIGNABLE where ops don't fit.
 */
export function graphAsset<I extends Readonly<Record<string, AnyInput>>, O extends ObjectSchema>(
  options: GraphAssetOptions<I, O>,
): Asset<O> {
  const name = checkName('a graph asset', options.name)
  const owner = name === undefined ? 'a graph asset' : `graph asset "${name}"`
  const values = Object.entries(options.inputs).map(([key, input]): [string, GraphValue] => {
    return [key, graphValue({ kind: 'input', input })]
  })
  // An object of the same keys, each with the value of its own input.
  const last: unknown = options.graph(Object.fromEntries(values) as unknown as GraphValuesOf<I>)
  if (isGraphValue(last) && last.node.kind !== 'input') return new GraphSteps(owner, options).define(last.node)
  throw new PipelineError('CONFIG_INVALID', `graph of ${owner} must return what an op of it gives`)
}

/** The assets that the ops of one graph are: the last one is the graph's own. */
class GraphSteps {
  readonly #owner: string
  readonly #options: OutputOptions & PartOptions
  readonly #defined = new Map<GraphNode, AssetDefinition>()
  readonly #names = new Set<string>()
  #last: AssetDefinition | undefined

  constructor(owner: string, options: OutputOptions & PartOptions) {
    this.#owner = owner
    this.#options = options
  }

  define(last: CallNode): AssetDefinition {
    this.#last = this.#make(last, `op "${last.op.name}" of ${this.#owner}`, { ...this.#options, step: undefined })
    return this.#last
  }

  #step(node: GraphNode): InputReference {
    if (node.kind === 'input') return node.input
    const known = this.#defined.get(node)
    if (known !== undefined) return known
    const name = this.#nameOf(node)
    const { name: _name, to, ...options } = this.#options
    const place = { ...options, to: `${to.replace(/\/+$/, '')}/_ops/${name}`, step: { name, owner: () => this.#own() } }
    const made = this.#make(node, `op "${name}" of ${this.#owner}`, place)
    this.#defined.set(node, made)
    return made
  }

  #make(node: CallNode, owner: string, place: OutputOptions & PartOptions & StepOf): AssetDefinition {
    if (node.kind === 'rows') {
      return pipelineDefinition(owner, { ...place, input: this.#step(node.from), pipeline: node.op.pipeline })
    }
    const { takes, schema, make } = node.op
    const inputs = Object.entries(node.from).map(([key, from]): [string, InputReference] => [key, this.#step(from)])
    return frameDefinition(owner, { ...place, inputs: Object.fromEntries(inputs), takes, schema, make })
  }

  /** An op that is called twice is two steps. */
  #nameOf({ op }: CallNode): string {
    let name = op.name
    for (let call = 2; this.#names.has(name); call++) name = `${op.name}-${call}`
    this.#names.add(name)
    return name
  }

  #own(): AssetDefinition {
    if (this.#last !== undefined) return this.#last
    throw new PipelineError('LIFECYCLE_MISUSE', `${this.#owner} was used while it was being defined`)
  }
}

interface StepOf {
  readonly step: StepPlace | undefined
}
