import { PipelineError } from '../errors/pipeline-error.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import { closestName } from '../errors/closest-name.ts'
import type { AnyStage } from './any-stage.ts'
import { resolveStage } from './resolve-stage.ts'
import type { StageConfig } from './stage-config.ts'
import type { StageOptions } from './stage-options.ts'

/** Options that whoever runs an app gives a stage in place of those its author wrote. */
export interface StageOverride {
  /** Whence it comes, for messages: `cascade.config.yaml: stages.score`. */
  readonly place: string
  /** The stage's name; `undefined`: every stage that has threads of its own. */
  readonly stage: string | undefined
  /** As in `stage({ … })`: groups such as `batch` are merged option by option. */
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * The stage with the overrides that are meant for it, the last one winning. Defaults are worked out anew, as if its
 * author had written them all. Throws CONFIG_INVALID naming the place, the option and its value.
 */
export function overrideStage(stage: AnyStage, overrides: readonly StageOverride[]): AnyStage {
  const named = overrides.filter((override) => override.stage === stage.name)
  const isolation = named.findLast(({ options }) => 'isolation' in options)?.options.isolation ?? stage.config.isolation
  // What is said of every stage is meant for those with threads of their own: the server's own cannot be had twice.
  const meant = isolation === 'inline' ? named : overrides.filter((one) => (one.stage ?? stage.name) === stage.name)
  return meant.reduce(applyOne, stage)
}

function applyOne(stage: AnyStage, { place, options }: StageOverride): AnyStage {
  const { name, handler, config } = stage
  assertKnown(options, optionsOf(config), place)
  const declared = Object.freeze(merge(stage.declared, options))
  try {
    // Each option is checked for what it is by resolveStage, whatever was written.
    const written = { ...declared, name, handler } as unknown as StageOptions<ObjectSchema, ObjectSchema, unknown>
    return { ...stage, config: resolveStage(written), declared }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    throw new PipelineError(error.code, `${place}: ${error.message}`, { details: error.details, cause: error })
  }
}

type Written = Readonly<Record<string, unknown>>

function merge(declared: Written, options: Written): Written {
  const merged: Record<string, unknown> = { ...declared }
  for (const [name, value] of Object.entries(options)) {
    const before = merged[name]
    merged[name] = isGroup(before) && isGroup(value) ? merge(before, value) : value
  }
  return merged
}

/**
 * Everything that a stage's configuration has, in the form in which `stage({ … })` takes it. The names in `env` and
 * `columnBytes` are the user's own; how many rows a handler returns, and which it may get, nobody else can say.
 */
function optionsOf({
  columnBytes: _columnBytes,
  returns: _returns,
  partitionBy: _partitionBy,
  ...config
}: StageConfig): Written {
  return { ...config, env: undefined, batch: { ...config.batch, columnBytes: undefined } }
}

function assertKnown(options: Written, known: Written, place: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) throw unknownOption(name, Object.keys(known), place)
    const group = known[name]
    if (isGroup(group) && isGroup(value)) assertKnown(value, group, `${place}.${name}`)
  }
}

function unknownOption(name: string, known: readonly string[], place: string): PipelineError {
  const closest = closestName(name, known)
  const hint = closest === undefined ? `expected ${known.join(', ')}` : `did you mean "${closest}"?`
  return new PipelineError('CONFIG_INVALID', `${place}: "${name}" is not an option of a stage, ${hint}`)
}

function isGroup(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
