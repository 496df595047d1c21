import type { Handler } from './handler.ts'
import type { NoModel } from './handler-context.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'

/**
 * Wraps a handler in another that adds one behaviour; layers nest, the outermost is called first. State that a layer
 * keeps is each thread's own.
 */
export type Layer = <I extends ObjectSchema, O extends ObjectSchema, M = NoModel>(
  next: Handler<I, O, M>,
) => Handler<I, O, M>
