import { envOf } from '@redesmyn/worker'
import type { MadeAssets, ServedApp } from './deployed-app.ts'

/** Where the command is in an image whose working directory holds the app and its packages: never behind `npx`. */
const cascade = 'node_modules/.bin/cascade'

export interface EnvVariable {
  readonly name: string
  readonly value: string
}

/** Where a stage that runs apart is reached. */
export interface StagePlace {
  readonly stage: string
  readonly placement: 'container' | 'host'
  readonly url: string
}

/** A container's first process is the command itself, so that signals reach it. */
export function serveCommand({ app }: Pick<ServedApp, 'app'>, places: readonly StagePlace[]): readonly string[] {
  return [cascade, 'serve', app, ...places.flatMap(placeFlag)]
}

export function stageCommand({ app }: Pick<ServedApp, 'app'>, stage: string, url: string): readonly string[] {
  return [cascade, 'serve', app, '--stage', stage, '--listen', url]
}

/** `shard` undefined: the whole. */
export function runCommand(
  { app, selection }: MadeAssets,
  {
    shard,
    output,
    places,
  }: { readonly shard?: string; readonly output?: string; readonly places: readonly StagePlace[] },
): readonly string[] {
  return [
    cascade,
    'run',
    `${app}#${selection}`,
    ...(shard === undefined ? [] : ['--shard', shard]),
    ...(output === undefined ? [] : ['--output', output]),
    ...places.flatMap(placeFlag),
  ]
}

export function commitCommand(folder: string): readonly string[] {
  return [cascade, 'commit', folder]
}

/** What a server in a container is told; `given` wins. */
export function serverEnv(
  { port, drainMs }: { readonly port?: number; readonly drainMs: number },
  given: readonly EnvVariable[],
): readonly EnvVariable[] {
  const own: readonly EnvVariable[] = [
    ...(port === undefined ? [] : [variable('host', '0.0.0.0'), variable('port', port)]),
    variable('drainMs', drainMs),
    variable('logFormat', 'json'),
  ]
  return [...own.filter(({ name }) => given.every((other) => other.name !== name)), ...given]
}

function variable(option: 'host' | 'port' | 'drainMs' | 'logFormat', value: string | number): EnvVariable {
  return { name: envOf(option), value: String(value) }
}

function placeFlag({ stage, placement, url }: StagePlace): readonly string[] {
  return ['--place', `${stage}=${placement}:${url}`]
}
