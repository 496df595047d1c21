import { choiceOption, textOption, wholeNumberOption } from '@redesmyn/worker'
import { parseRejectLimit } from './reject-limit.ts'
import { formOption, listOption, type RunOptionSpec, switchOption } from './run-option-spec.ts'
import { parseShard } from './shard.ts'

const gibibyte = 1024 ** 3

/** The one table of options of `cascade run`. Flags, environment, `--help`, checks and the docs are all read from it. */
export const runOptionTable = {
  select: listOption({
    group: 'What runs:',
    placeholder: '<asset>',
    description: 'assets to make, where an app exports several; +scored is scored and what it is made from',
  }),
  shard: formOption({
    group: 'What runs:',
    placeholder: '<i/n>',
    accepts: 'a share such as 3/8, the first being 1/8, or 0+1/8',
    matches: (text) => parseShard(text) !== undefined,
    description: 'the i-th of n shares of the parts; "cascade commit" ends the run once all are there',
  }),
  partition: listOption({
    group: 'What runs:',
    placeholder: '<value>',
    description: 'only the folders key=value, or only value; braces expand: 2026-01-0{1..7}',
  }),
  input: listOption({
    group: 'Where from and where to:',
    placeholder: '<glob>',
    description: "files in place of the source's own, quoted so that the shell leaves them; - is stdin",
  }),
  output: {
    ...textOption({
      default: undefined,
      placeholder: '<folder>',
      description: "folder in place of the asset's own; - is stdout",
    }),
    group: 'Where from and where to:',
  },
  publish: {
    ...choiceOption(['part', 'atomic'], {
      default: 'part',
      description: "when the files can be seen: a part's once it is committed, or all at the end",
    }),
    group: 'Where from and where to:',
  },
  unordered: switchOption({
    group: 'Where from and where to:',
    description: 'rows of a part may leave in another order than they came',
  }),
  lineage: {
    ...textOption({
      default: undefined,
      placeholder: '<path>',
      description: 'file for OpenLineage events, a line each',
    }),
    group: 'Where from and where to:',
  },
  threads: {
    ...wholeNumberOption({
      default: undefined,
      min: 1,
      max: 1024,
      unit: 'threads',
      description: 'threads of each stage that sets none of its own; the result is the same with any number',
    }),
    group: 'Limits:',
  },
  memoryBytes: {
    ...wholeNumberOption({
      default: gibibyte,
      min: 16 * 1024 ** 2,
      max: 1024 * gibibyte,
      unit: 'bytes',
      description: 'memory for batches, queues and files in work; the result is the same with any',
    }),
    group: 'Limits:',
    flag: '--memory',
  },
  partRows: {
    ...wholeNumberOption({
      default: undefined,
      min: 1,
      max: 1_000_000_000,
      description: "most rows of a part, in place of the asset's own",
    }),
    group: 'Limits:',
  },
  partBytes: {
    ...wholeNumberOption({
      default: undefined,
      min: 1024,
      max: 1024 * gibibyte,
      unit: 'bytes',
      description: "most bytes of a part, in place of the asset's own",
    }),
    group: 'Limits:',
  },
  batchRows: {
    ...wholeNumberOption({
      default: undefined,
      min: 1,
      max: 16_777_216,
      description: "rows of a batch, in place of the asset's own",
    }),
    group: 'Limits:',
  },
  maxRejects: formOption({
    group: 'Limits:',
    placeholder: '<rows|share>',
    accepts: 'a number of rows such as 1000, or a share such as 1%',
    matches: (text) => parseRejectLimit(text) !== undefined,
    description: "most rows that may be rejected, in place of the asset's own; beyond it the run ends with 3",
  }),
  nice: {
    ...wholeNumberOption({
      default: 0,
      min: 0,
      max: 19,
      description: 'how far the run stands back for other programs',
    }),
    group: 'Limits:',
  },
  restart: switchOption({
    group: 'Going on:',
    isFlagOnly: true,
    description: 'forget what was committed and begin anew',
  }),
  acceptDrift: switchOption({
    group: 'Going on:',
    isFlagOnly: true,
    description: 'go on with changed code for the parts that are still open',
  }),
  progress: {
    ...choiceOption(['auto', 'plain', 'json', 'none'], {
      default: 'auto',
      description: 'how the run is shown: auto is lines in place on a terminal, else plain: a line every 5 s',
    }),
    group: 'Watching:',
  },
  metricsPort: {
    ...wholeNumberOption({
      default: undefined,
      min: 0,
      max: 65_535,
      description:
        'port on this machine where GET /metrics tells how the run goes, while it does; 0 takes any free one',
    }),
    group: 'Watching:',
  },
  logLevel: {
    ...choiceOption(['debug', 'info', 'warn', 'error', 'silent'], {
      default: 'warn',
      description: 'what is logged of the run and by its handlers',
    }),
    group: 'Watching:',
  },
  logFile: {
    ...textOption({ default: undefined, placeholder: '<path>', description: 'file for the log; else stderr' }),
    group: 'Watching:',
  },
  quiet: switchOption({ group: 'Watching:', description: 'no progress, and one line at the end' }),
} satisfies { readonly [name: string]: RunOptionSpec<unknown> }

export type RunOptionName = keyof typeof runOptionTable

/** The options of a run, resolved; what has no default may be undefined. */
export type RunConfig = {
  readonly [Name in RunOptionName]: (typeof runOptionTable)[Name] extends RunOptionSpec<infer T> ? T : never
}

export type RunOptionTable = { readonly [Name in RunOptionName]: RunOptionSpec<RunConfig[Name]> }

export const runOptionNames: readonly RunOptionName[] = Object.keys(runOptionTable).filter(isRunOptionName)

export function isRunOptionName(name: string): name is RunOptionName {
  return Object.hasOwn(runOptionTable, name)
}
