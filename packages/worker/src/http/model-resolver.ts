import type { ModelRef } from '@redesmyn/core'

/** Which model a request's path parameters lead to; known at once where it was asked for lately. */
export interface ModelResolver {
  /** Throws, or rejects with, MODEL_NOT_FOUND and PARAMETER_INVALID. */
  resolve(params: Readonly<Record<string, string>>): ModelRef | Promise<ModelRef>
}
