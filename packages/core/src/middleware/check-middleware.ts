import { PipelineError } from '../errors/pipeline-error.ts'
import type { Middleware } from './middleware.ts'

/** Throws CONFIG_INVALID naming the owner where one is no function. */
export function checkMiddleware(owner: string, use: readonly Middleware[] | undefined): readonly Middleware[] {
  const all: readonly unknown[] = Array.isArray(use) || use === undefined ? (use ?? []) : [use]
  const wrong = all.findIndex((one) => typeof one !== 'function')
  if (wrong >= 0) {
    throw new PipelineError('CONFIG_INVALID', `use[${wrong}] of ${owner} must be a function, got ${typeof all[wrong]}`)
  }
  return Object.freeze([...(use ?? [])])
}
