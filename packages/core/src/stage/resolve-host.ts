import { PipelineError } from '../errors/pipeline-error.ts'
import { isolations, type Isolation, type StageHost } from './isolation.ts'
import { checkChoice, checkWhole } from './option-checks.ts'

export interface HostOptions {
  readonly isolation: Isolation
  readonly env: Readonly<Record<string, string>> | undefined
  readonly maxHeapMiB: number | undefined
  readonly threads: number
}

/** Less than this does not hold the runtime itself. */
const minHeapMiB = 16

/** Checks where a stage is to run. Throws CONFIG_INVALID also for what the server's own thread cannot be given. */
export function resolveHost(owner: string, { isolation, env = {}, maxHeapMiB, threads }: HostOptions): StageHost {
  checkChoice(owner, 'isolation', isolation, isolations)
  if (isolation === 'inline') {
    if (threads > 1) throw notInline(owner, 'threads > 1')
    if (Object.keys(env).length > 0) throw notInline(owner, 'env')
    if (maxHeapMiB !== undefined) throw notInline(owner, 'maxHeapMiB')
  }
  for (const [name, value] of Object.entries(env)) checkVariable(owner, name, value)
  return {
    isolation,
    env: Object.freeze({ ...env }),
    maxHeapMiB: maxHeapMiB === undefined ? undefined : checkWhole(owner, 'maxHeapMiB', maxHeapMiB, minHeapMiB),
  }
}

function notInline(owner: string, option: string): PipelineError {
  const message = `${option} of ${owner} needs isolation "thread" or "child", "inline" is the server's own thread`
  return new PipelineError('CONFIG_INVALID', message)
}

function checkVariable(owner: string, name: string, value: unknown): void {
  const isName = name !== '' && !/[=\0]/.test(name)
  if (!isName) throw new PipelineError('CONFIG_INVALID', `env of ${owner} has an unusable name, got "${name}"`)
  if (typeof value === 'string' && !value.includes('\0')) return
  throw new PipelineError('CONFIG_INVALID', `env.${name} of ${owner} must be a text, got ${typeof value}`)
}
