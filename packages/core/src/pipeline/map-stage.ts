import { columnSources } from '../record-batch/output/column-sources.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import type { AnyBatch } from '../handler/batch.ts'
import { DerivedContext } from '../handler/derived-context.ts'
import type { AnyHandler } from '../handler/handler.ts'
import { keptRows, readKept } from '../handler/read-kept.ts'
import { typedHandler } from '../handler/typed-handler.ts'
import type { AnyStage } from '../stage/any-stage.ts'
import { resolveStage } from '../stage/resolve-stage.ts'
import type { BatchOptions } from '../stage/stage-options.ts'
import type { AnyHandoff } from './handoff.ts'

/** A stage's name has 64 letters at most, and a map is named after two stages. */
const maxNameLength = 30

/**
 * The map of a handoff as a stage. It says nothing about where it runs, and takes batches as they come from the stage
 * before it: so it is run once for each of them, in the call of the stage before it or behind it wherever one can take it.
 */
export function mapStage(handoff: AnyHandoff, map: AnyHandler, before: AnyStage, after: AnyStage): AnyStage {
  const name = `${before.name.slice(0, maxNameLength)}-to-${after.name.slice(0, maxNameLength)}`
  const declared = Object.freeze({ batch: samePolicy(before) })
  const subject = `the map from stage "${before.name}" to stage "${after.name}"`
  const { given: input, taken: output } = handoff
  const handler = typedHandler(checked(map, { name, subject, handoff }), { input, output, starting: [map] })
  return Object.freeze({
    '~kind': 'stage',
    name,
    input,
    output,
    events: undefined,
    handler,
    // Which handler it is makes no difference to the options.
    config: resolveStage({ name, handler: () => [], ...declared }),
    declared,
    map,
  })
}

/** Where policies are equal, batches stay as they are; what the stage before leaves to defaults is left to them here. */
function samePolicy({ declared }: AnyStage): BatchOptions {
  // What a stage was declared with is what `stage` takes.
  const { maxRows, minRows, maxDelayMs, maxBytes, split } = (declared['batch'] ?? {}) as BatchOptions
  const policy = Object.entries({ maxRows, minRows, maxDelayMs, maxBytes, split })
  return Object.freeze(Object.fromEntries(policy.filter(([, value]) => value !== undefined)))
}

interface MapPlace {
  readonly name: string
  readonly subject: string
  readonly handoff: AnyHandoff
}

/** What the map gives is looked at as a whole before anything of it goes on. */
function checked(map: AnyHandler, place: MapPlace): AnyHandler {
  return (batch, context) => {
    const rejected = new Set<number>()
    const returned = map(batch, new DerivedContext(context, { onReject: (row) => void rejected.add(row) }))
    const check = (settled: unknown) =>
      readMapped(batch, settled, { ...place, kept: keptRows(batch.rowCount, rejected) })
    return isPromiseLike(returned) ? returned.then(check) : check(returned)
  }
}

interface MapReading extends MapPlace {
  readonly kept: readonly number[] | undefined
}

/** What the map returned, read only once where no row of it was rejected. Throws SCHEMA_MISMATCH naming the column. */
function readMapped(batch: AnyBatch, returned: unknown, { name, subject, handoff, kept }: MapReading): unknown {
  const { fields } = handoff.taken
  if (kept?.length === 0) return returned
  try {
    const columns = readKept(batch, returned, { fields, stage: name, kept })
    columnSources(fields, columns, kept?.length ?? batch.rowCount, name)
    return kept === undefined ? columns : returned
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'OUTPUT_SCHEMA_MISMATCH') throw error
    const message = `${subject} does not give what that takes: ${error.message}`
    throw new PipelineError('SCHEMA_MISMATCH', message, { details: error.details, cause: error })
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
