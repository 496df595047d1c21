import type { RecordBatch as ArrowBatch, Table } from 'apache-arrow'
import type { DataFrame, Series } from 'nodejs-polars'
import type { AnyColumnInput, ColumnInputOf, IsNullable, RowInputOf } from '../schema/static.ts'
import type { AnyBatch, Batch } from './batch.ts'
import type { HandlerContext, NoModel } from './handler-context.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'

/** User code: a batch in, as many rows out, in the same order. A rejected promise is the same as a throw. */
export type Handler<I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema, M = NoModel> = (
  batch: Batch<I, O>,
  context: HandlerContext<M>,
) => HandlerOutput<O> | Promise<HandlerOutput<O>>

/** User code that gives fewer rows than it takes, or more, and says where each comes from. */
export type ParentedHandler<
  I extends ObjectSchema = ObjectSchema,
  O extends ObjectSchema = ObjectSchema,
  M = NoModel,
> = (batch: Batch<I, O>, context: HandlerContext<M>) => ParentedOutput<O> | Promise<ParentedOutput<O>>

/** What a handler returns that gives fewer rows than it takes, or more. */
export interface ParentedOutput<O extends ObjectSchema> {
  readonly output: HandlerOutput<O>
  /** For each row of the output, the row of the batch that it comes from: ascending, and of a filter each at most once. */
  readonly parents: Int32Array | readonly number[]
}

/** A handler without its types: what the runtime calls. */
export type AnyHandler = (batch: AnyBatch, context: HandlerContext<unknown>) => unknown

/** Columns, rows, an Arrow batch or table, a Polars frame or, for one output field, just its values. */
export type HandlerOutput<O extends ObjectSchema> =
  | ColumnsOf<O>
  | readonly RowInputOf<O>[]
  | ArrowBatch
  | Table
  | DataFrame
  | OnlyColumnOf<O>

/** One entry for each output field; what is nullable may be left out. */
export type ColumnsOf<O extends ObjectSchema> = ObjectSchema extends O
  ? Readonly<Record<string, AnyColumnInput>>
  : {
      readonly [K in keyof O['properties'] as IsNullable<O['properties'][K]> extends true ? never : K]: ColumnInputOf<
        O['properties'][K]
      >
    } & {
      readonly [K in keyof O['properties'] as IsNullable<O['properties'][K]> extends true ? K : never]?: ColumnInputOf<
        O['properties'][K]
      >
    }

type OnlyColumnOf<O extends ObjectSchema> = ObjectSchema extends O
  ? AnyColumnInput
  : [OnlyKey<O['properties']>] extends [never]
    ? never
    : ColumnInputOf<O['properties'][OnlyKey<O['properties']>]> | Series

/** The name of the only property, or never where there are more. */
type OnlyKey<P, K extends keyof P = keyof P> = K extends unknown ? ([keyof P] extends [K] ? K : never) : never
