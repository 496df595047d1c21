import { PipelineError } from '../errors/pipeline-error.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import { compileRecordSchema, type RecordSchema } from '../schema/record-schema.ts'
import type { AnyBatch, Batch } from './batch.ts'
import type { AnyHandler, Handler, HandlerOutput } from './handler.ts'
import type { HandlerContext, NoModel } from './handler-context.ts'

/** A handler that knows its schemas, without its types: what the runtime works with. */
export interface AnyTypedHandler {
  readonly '~kind': 'handler'
  readonly input: RecordSchema
  readonly output: RecordSchema
}

/** A handler with the schemas of what it takes and gives. It can stand wherever a handler can. */
export interface TypedHandler<I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema, M = NoModel>
  extends AnyTypedHandler {
  (batch: Batch<I, O>, context: HandlerContext<M>): HandlerOutput<O> | Promise<HandlerOutput<O>>
  /** For the compiler only: a handler of other columns or another model is another type. */
  readonly '~types'?: (input: I, output: O, model: M) => readonly [I, O, M]
}

export interface HandlerOptions<I extends ObjectSchema, O extends ObjectSchema, M> {
  readonly input: I
  readonly output: O
  readonly handle: Handler<I, O, M>
}

/**
 * Gives a handler its schemas, so that it can be joined to others by `chain`, and so that a stage made of it needs none
 * of its own. Throws CONFIG_INVALID for a schema that no columns can hold.
 */
export function handler<I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  options: HandlerOptions<I, O, M>,
): TypedHandler<I, O, M> {
  const { handle } = options
  if (typeof handle !== 'function') {
    throw new PipelineError('CONFIG_INVALID', `handle of a handler must be a function, got ${typeof handle}`)
  }
  const input = compileRecordSchema(options.input, 'input of a handler')
  const output = compileRecordSchema(options.output, 'output of a handler')
  // The types were checked here, where they are known; the runtime hands each handler the batch its schema describes.
  const typed = typedHandler(handle as unknown as AnyHandler, { input, output, starting: [handle] })
  return typed as unknown as TypedHandler<I, O, M>
}

/** Recognises a typed handler by shape, because an app bundle may hold a second copy of this module. */
export function isTypedHandler(value: unknown): value is AnyTypedHandler & AnyHandler {
  return typeof value === 'function' && '~kind' in value && value['~kind'] === 'handler'
}

export interface TypedHandlerParts {
  readonly input: RecordSchema
  readonly output: RecordSchema
  /** What may have something to make ready before the first batch, for instance a model of its own. */
  readonly starting: readonly object[]
}

/** A function of its own with the schemas as properties: the user's own one stays as it is. */
export function typedHandler(handle: AnyHandler, parts: TypedHandlerParts): AnyTypedHandler & AnyHandler {
  const starts = parts.starting.flatMap(startOf)
  const run = (batch: AnyBatch, context: HandlerContext<unknown>) => handle(batch, context)
  return Object.freeze(
    Object.assign(run, {
      '~kind': 'handler' as const,
      input: parts.input,
      output: parts.output,
      ...(starts.length > 0 && { '~start': (appFolder: string) => startAll(starts, appFolder) }),
    }),
  )
}

type Start = (appFolder: string) => unknown

function startOf(handle: object): readonly Start[] {
  const start: unknown = Reflect.get(handle, '~start')
  return typeof start === 'function' ? [(appFolder) => start.call(handle, appFolder)] : []
}

async function startAll(starts: readonly Start[], appFolder: string): Promise<void> {
  for (const start of starts) await start(appFolder)
}
