import type { AnyHandler } from '../handler/handler.ts'
import type { EventFormat } from '../schema/event-schema.ts'
import type { RecordSchema } from '../schema/record-schema.ts'
import type { AnyMedium } from './any-medium.ts'
import type { WayStats } from './way-stats.ts'
import type { StageConfig } from './stage-config.ts'

/** A stage without its types: what the runtime works with. */
export interface AnyStage {
  readonly '~kind': 'stage'
  readonly name: string
  readonly input: RecordSchema | undefined
  readonly output: RecordSchema | undefined
  /** What the handler yields, where it answers with events and not with rows: nothing can follow such a stage. */
  readonly events: EventFormat | undefined
  readonly handler: AnyHandler
  readonly config: StageConfig
  /** The options as they were written, without defaults: what a configuration file's own are laid over. */
  readonly declared: Readonly<Record<string, unknown>>
  /** Of the map of a handoff: the author's own handler. Two stages with the same name and the same map are one. */
  readonly map?: AnyHandler
  /** What takes its rows to where they are run; left out where that is the place of whoever sends them. */
  readonly medium?: AnyMedium
  /** Of a stage whose rows are run elsewhere: how the way there stands; undefined while there is none. */
  readonly wayStats?: () => WayStats | undefined
}

/** Recognises a stage by shape, because an app bundle may hold a second copy of this module. */
export function isStage(value: unknown): value is AnyStage {
  return typeof value === 'function' && '~kind' in value && value['~kind'] === 'stage'
}
