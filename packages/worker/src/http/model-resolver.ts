import type { ModelRef } from '@redesmyn/core'

/** Which model a request's path parameters lead to; known at once where it was asked for lately. */
export interface ModelResolver {
  /** Times the store could not be asked for a newer version. */
  readonly refreshErrors: number
  /** Throws, or rejects with, MODEL_NOT_FOUND and PARAMETER_INVALID. */
  resolve(params: Readonly<Record<string, string>>): ModelRef | Promise<ModelRef>
}
