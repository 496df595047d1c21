import { PipelineError } from '../errors/pipeline-error.ts'
import { findMisfits } from '../record-batch/assign/find-misfits.ts'
import type { Fitting } from '../schema/fits.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import { ChainCall } from './chain-call.ts'
import type { AnyHandler } from './handler.ts'
import type { NoModel } from './handler-context.ts'
import { type AnyTypedHandler, isTypedHandler, type TypedHandler, typedHandler } from './typed-handler.ts'

/**
 * Joins handlers A→B and B→C into one A→C that runs them one after the other, in the same call. What goes between them
 * lies in ordinary memory; rows that one rejects do not reach the next. How handlers are grouped makes no difference.
 * Throws SCHEMA_NOT_ASSIGNABLE naming both schemas where one does not take what the one before it gives.
 */
export function chain<H extends Handlers>(...handlers: { [K in keyof H]: H[K] & Follows<H, K> }): Chained<H> {
  const parts: readonly unknown[] = handlers
  const links = parts.map(assertTyped)
  if (links.length === 0) throw new PipelineError('CONFIG_INVALID', 'chain takes one handler or more, got none')
  for (let index = 1; index < links.length; index++) assertFits(links, index)
  const first = links[0]
  const last = links[links.length - 1]
  const handle: AnyHandler = (batch, context) => new ChainCall(links, batch, context).run()
  const joined = typedHandler(handle, { input: first.input, output: last.output, starting: links })
  // The types were checked where they are known; what the runtime works with has none.
  return joined as unknown as Chained<H>
}

type Handlers = readonly [AnyTypedHandler, ...AnyTypedHandler[]]

type Chained<H extends Handlers> = TypedHandler<InputOf<H[0]>, OutputOf<LastOf<H>>, ModelOf<H>>

/** What the handler at `K` must be, beside a handler: one that takes what the handler before it gives. */
type Follows<H extends Handlers, K> = K extends keyof PredecessorsOf<H>
  ? PredecessorsOf<H>[K] extends infer Before
    ? K extends keyof H
      ? Fitting<OutputOf<Before>, InputOf<H[K]>, unknown>
      : unknown
    : unknown
  : unknown

/** The handlers moved by one place; before the first comes what gives it anything. */
type PredecessorsOf<H extends Handlers> = readonly [TypedHandler, ...H]

type LastOf<H extends Handlers> = H extends readonly [...unknown[], infer Last] ? Last : H[0]

type InputOf<H> = H extends { readonly '~types'?: (input: infer I, ...rest: never[]) => unknown }
  ? I extends ObjectSchema
    ? I
    : ObjectSchema
  : ObjectSchema

type OutputOf<H> = H extends { readonly '~types'?: (input: never, output: infer O, ...rest: never[]) => unknown }
  ? O extends ObjectSchema
    ? O
    : ObjectSchema
  : ObjectSchema

/** All get the same model. */
type ModelOf<H extends readonly unknown[]> = H extends readonly [
  TypedHandler<infer _I, infer _O, infer M>,
  ...infer Rest,
]
  ? [M] extends [NoModel]
    ? ModelOf<Rest>
    : [ModelOf<Rest>] extends [NoModel]
      ? M
      : M & ModelOf<Rest>
  : NoModel

function assertTyped(value: unknown, index: number): AnyTypedHandler & AnyHandler {
  if (isTypedHandler(value)) return value
  const message = `handler ${index + 1} of a chain has no schemas, make it with handler({ input, output, handle })`
  throw new PipelineError('CONFIG_INVALID', message)
}

function assertFits(links: readonly AnyTypedHandler[], index: number): void {
  const { output } = links[index - 1]
  const { input } = links[index]
  const problems = findMisfits(output.fields, input.fields)
  if (problems.length === 0) return
  const message = `handler ${index} of a chain gives "${output.fingerprint}", which does not fit what handler ${index + 1} takes, "${input.fingerprint}": ${problems.join(', ')}`
  throw new PipelineError('SCHEMA_NOT_ASSIGNABLE', message, {
    details: { before: output.fingerprint, after: input.fingerprint, columns: problems },
  })
}
