import { type ObjectSchema, PipelineError } from '@redesmyn/core'
import type { AnyInput, Asset, PartOptions } from './asset.ts'
import { checkName } from './asset-name.ts'
import type { AssetDefinition, InputReference, SchemaOfInput, StepPlace } from './definition.ts'
import { frameDefinition } from './frame-definition.ts'
import { type CallNode, type GraphNode, type GraphValue, graphValue, isGraphValue } from './graph-value.ts'
import { assertAssetOptionNames, graphOptionNames } from './option-names.ts'
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
  assertAssetOptionNames<GraphAssetOptions<I, O>>(owner, options, graphOptionNames)
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
    const inputs = this.#inputsOf(last)
    const owner = `op "${last.op.name}" of ${this.#owner}`
    this.#last = makeStep(last, inputs, { ...this.#options, owner, step: undefined })
    return this.#last
  }

  #step(node: GraphNode): InputReference {
    if (node.kind === 'input') return node.input
    const known = this.#defined.get(node)
    if (known !== undefined) return known
    // Before its own name is given: of two calls of an op the first in the order of the rows is the first.
    const inputs = this.#inputsOf(node)
    const name = this.#nameOf(node)
    const { name: _name, to, ...options } = this.#options
    const made = makeStep(node, inputs, {
      ...options,
      to: `${to.replace(/\/+$/, '')}/_ops/${name}`,
      owner: `op "${name}" of ${this.#owner}`,
      step: { name, owner: () => this.#own() },
    })
    this.#defined.set(node, made)
    return made
  }

  #inputsOf(node: CallNode): StepInputs {
    const from = node.kind === 'rows' ? { [rowsKey]: node.from } : node.from
    return Object.fromEntries(Object.entries(from).map(([key, inner]) => [key, this.#step(inner)]))
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

/** Of the one input of an op over rows. */
const rowsKey = 'rows'

type StepInputs = Readonly<Record<string, InputReference>>

interface StepOptions extends OutputOptions, PartOptions {
  readonly owner: string
  readonly step: StepPlace | undefined
}

function makeStep(node: CallNode, inputs: StepInputs, { owner, ...options }: StepOptions): AssetDefinition {
  if (node.kind === 'rows') {
    return pipelineDefinition(owner, { ...options, input: inputs[rowsKey], pipeline: node.op.pipeline })
  }
  const { takes, schema, make } = node.op
  return frameDefinition(owner, { ...options, inputs, takes, schema, make })
}
