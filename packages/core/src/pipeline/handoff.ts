import type { AnyHandler } from '../handler/handler.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyMedium } from '../stage/any-medium.ts'
import type { Placement } from '../stage/placement.ts'

/** A handoff without its types: what a pipeline works with. */
export interface AnyHandoff {
  readonly '~kind': 'handoff'
  /** What comes from the stage before it. */
  readonly given: RecordSchema
  /** What goes to the stage behind it. */
  readonly taken: RecordSchema
  /** Makes the one of the other; undefined where nothing has to be made. */
  readonly map: AnyHandler | undefined
  readonly placement: Placement
  /** What takes the columns there. */
  readonly medium: AnyMedium
}

/** How the results of one stage are passed to the next: as which columns, and over which placement. */
export interface Handoff<
  V extends ObjectSchema = ObjectSchema,
  X extends ObjectSchema = ObjectSchema,
  P extends Placement = Placement,
> extends AnyHandoff {
  readonly placement: P
  /** For the compiler only: a handoff of other columns is another type. */
  readonly '~types'?: (given: V, taken: X) => readonly [V, X]
}

/** Recognises a handoff by shape, because an app bundle may hold a second copy of this module. */
export function isHandoff(value: unknown): value is AnyHandoff {
  return typeof value === 'object' && value !== null && '~kind' in value && value['~kind'] === 'handoff'
}
