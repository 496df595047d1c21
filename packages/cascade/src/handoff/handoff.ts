import {
  type AnyHandler,
  type AnyHandoff,
  compileRecordSchema,
  findMisfits,
  type Handler,
  type Handoff,
  isTypedHandler,
  type ObjectSchema,
  PipelineError,
  type Placement,
  type RecordSchema,
  type RowOf,
  type TypedHandler,
} from '@redesmyn/core'
import { isMedium, type Medium } from './medium.ts'

/** What one stage gives can be what another takes, or a map has to make it so. */
type MapOf<V extends ObjectSchema, X extends ObjectSchema> =
  RowOf<V> extends RowOf<X> ? [map?: Handler<V, X>] : [map: Handler<V, X>]

/**
 * Says how what one stage gives, `V`, becomes what another takes, `X`, and over which placement it goes there. The map is
 * called once for each batch, in the process of the first stage; what it returns is checked before any of it goes on.
 * A map that knows its schemas needs no others. Throws SCHEMA_NOT_ASSIGNABLE where there is no map and `V` does not fit
 * `X`, or where the map has other schemas; CONFIG_INVALID for what is no schema, placement or handler.
 */
export function handoff<V extends ObjectSchema, X extends ObjectSchema, P extends Placement>(
  map: TypedHandler<V, X>,
  medium: Medium<P>,
): Handoff<V, X, P>
export function handoff<V extends ObjectSchema, X extends ObjectSchema, P extends Placement>(
  given: V,
  taken: X,
  medium: Medium<P>,
  ...map: MapOf<V, X>
): Handoff<V, X, P>
export function handoff(...parts: readonly unknown[]): AnyHandoff {
  const [map] = parts
  if (isTypedHandler(map)) return createHandoff({ given: map.input, taken: map.output, medium: parts[1], map })
  // What is no schema is refused with a sentence that says so.
  const [given, taken, medium, ownMap] = parts as [ObjectSchema, ObjectSchema, unknown, unknown]
  return createHandoff({
    given: compileRecordSchema(given, 'what a handoff is given'),
    taken: compileRecordSchema(taken, 'what a handoff passes on'),
    medium,
    map: ownMap,
  })
}

interface HandoffParts {
  readonly given: RecordSchema
  readonly taken: RecordSchema
  readonly medium: unknown
  readonly map: unknown
}

function createHandoff({ given, taken, medium, map }: HandoffParts): AnyHandoff & { readonly medium: Medium } {
  if (!isMedium(medium)) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `a handoff goes over a placement such as between.service(), got ${typeof medium}`,
    )
  }
  if (map === undefined)
    assertFits(given, taken, 'what a handoff is given does not fit what it passes on, and it has no map')
  else if (!isHandler(map)) {
    throw new PipelineError('CONFIG_INVALID', `the map of a handoff must be a function, got ${typeof map}`)
  } else if (isTypedHandler(map)) {
    assertFits(given, map.input, 'the map of a handoff takes other columns than the handoff is given')
    assertFits(map.output, taken, 'the map of a handoff gives other columns than the handoff passes on')
    assertFits(taken, map.output, 'the map of a handoff gives more columns than the handoff passes on')
  }
  return Object.freeze({ '~kind': 'handoff', given, taken, map, placement: medium.placement, medium })
}

/** Looks at columns alone: both may say other things of their values. */
function assertFits(given: RecordSchema, wanted: RecordSchema, message: string): void {
  const columns = findMisfits(given.fields, wanted.fields)
  if (columns.length === 0) return
  throw new PipelineError('SCHEMA_NOT_ASSIGNABLE', `${message}: ${columns.join(', ')}`, { details: { columns } })
}

/** What it takes and returns is checked when it runs. */
function isHandler(value: unknown): value is AnyHandler {
  return typeof value === 'function'
}
