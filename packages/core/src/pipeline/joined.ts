import type { NoModel } from '../handler/handler-context.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { Fitting } from '../schema/fits.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyPipeline } from './any-pipeline.ts'
import type { AnyHandoff } from './handoff.ts'

/** What can stand in a pipeline. */
export type Joinable = AnyStage | AnyPipeline

/** For the compiler only: what stages and pipelines say of themselves. */
interface RowBrand<I, O, M> {
  readonly '~types'?: (input: I, output: O, model: M) => readonly [I, O, M]
}

interface StreamBrand<I, E, M> {
  readonly '~streams'?: (input: I, events: E, model: M) => readonly [I, E, M]
}

type IsStream<N> = '~streams' extends keyof N ? true : false

/** The columns that a stage or a pipeline takes. */
export type InputOf<N> =
  IsStream<N> extends true
    ? N extends StreamBrand<infer I, infer _E, infer _M>
      ? AsSchema<I>
      : ObjectSchema
    : N extends RowBrand<infer I, infer _O, infer _M>
      ? AsSchema<I>
      : ObjectSchema

/** The columns that it gives. */
export type OutputOf<N> = N extends RowBrand<infer _I, infer O, infer _M> ? AsSchema<O> : ObjectSchema

export type ModelOf<N> =
  IsStream<N> extends true
    ? N extends StreamBrand<infer _I, infer _E, infer M>
      ? M
      : NoModel
    : N extends RowBrand<infer _I, infer _O, infer M>
      ? M
      : NoModel

/** What it streams, where it does; else never. */
export type EventsOf<N> =
  IsStream<N> extends true
    ? N extends StreamBrand<infer _I, infer E, infer _M>
      ? E extends EventSchema
        ? E
        : EventSchema
      : never
    : never

/** What a handoff takes from the stage before it. */
export type GivenOf<H> = H extends { readonly '~types'?: (given: infer V, ...rest: never[]) => unknown }
  ? AsSchema<V>
  : ObjectSchema

/** What it passes to the stage behind it. */
export type TakenOf<H> = H extends { readonly '~types'?: (given: never, taken: infer X, ...rest: never[]) => unknown }
  ? AsSchema<X>
  : ObjectSchema

type AsSchema<S> = S extends ObjectSchema ? S : ObjectSchema

/** What the argument must be beside what it is: one that takes these columns, and a model only where no stage has one. */
export type Follows<O extends ObjectSchema, M, N> = Fitting<O, InputOf<N>, unknown> & OneModel<M, ModelOf<N>>

/**
 * Behind a handoff: events leave the process of their stage only as an answer, so its stage has to be in this one; and
 * what must run once cannot be behind a queue, or where only the run knows that it is none.
 */
export type FollowsHandoff<H extends AnyHandoff, M, N> = Follows<TakenOf<H>, M, N> &
  (IsStream<N> extends true ? (H extends { readonly placement: 'service' } ? unknown : StreamElsewhere) : unknown) &
  (IsOnce<N> extends true
    ? Extract<H['placement'], 'queue' | 'configured'> extends never
      ? unknown
      : OnceRepeated
    : unknown)

/** Of a stage whose effects the compiler knows. */
type IsOnce<N> = N extends { readonly '~effects'?: infer E }
  ? [Exclude<E, undefined>] extends [never]
    ? false
    : [Exclude<E, undefined>] extends ['once']
      ? true
      : false
  : false

interface OnceRepeated {
  readonly '~misfit': 'a stage with effects "once" cannot be where its rows may come twice'
}

interface StreamElsewhere {
  readonly '~misfit': 'a stage that streams must be in the same process'
}

/** An endpoint has one model cache, so one stage of a pipeline may take a model. */
type OneModel<M, M2> = [M] extends [NoModel] ? unknown : [M2] extends [NoModel] ? unknown : TwoModels

interface TwoModels {
  readonly '~misfit': 'another stage of the pipeline takes a model already'
}

export type JoinedModel<M, M2> = [M] extends [NoModel] ? M2 : M
