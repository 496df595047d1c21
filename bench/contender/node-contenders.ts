import { fileURLToPath } from 'node:url'
import type { Contender } from './contender.ts'
import { builtPath, sourcePath } from './place.ts'

const cascadeBin = fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))

/** `cascade serve` with an app of bench/apps, as a user starts it. */
export function cascade(app: string, name = 'cascade'): Contender {
  return {
    name,
    command: process.execPath,
    args: (port) => [cascadeBin, 'serve', sourcePath(`apps/${app}.ts`), '--port', String(port), '--log-level', 'warn'],
    metricsPath: '/metrics',
  }
}

/** A server or loop of bench/servers. */
export function nodeServer(name: string, file: string, env: Readonly<Record<string, string>> = {}): Contender {
  return { name, command: process.execPath, args: () => [builtPath(`servers/${file}.js`)], env }
}

/** A program that does one part of the work alone: it is given seconds and a body, and prints `{"perSecond": …}`. */
export interface LoopContender {
  readonly name: string
  /** In bench/servers. */
  readonly file: string
  readonly env?: Readonly<Record<string, string>>
  /** How many of its units are one request. */
  readonly unitsPerRequest: number
}
