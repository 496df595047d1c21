import { type ErrorCode, type ModelRef, type PathParams, PipelineError } from '@redesmyn/core'
import type { ModelResolver } from './run-models.ts'

export type FoundModel =
  | { readonly kind: 'found'; readonly ref: ModelRef }
  /** Rows with these parameters can have none. */
  | { readonly kind: 'none'; readonly error: PipelineError; readonly ref?: never }

/** For what is in the rows; a store that cannot be read is nobody's fault who is in them. */
const codesOfRows: readonly ErrorCode[] = ['MODEL_NOT_FOUND', 'PARAMETER_INVALID', 'ARTIFACT_SPEC_INVALID']

/** The model for rows with these parameters. Rejects with MODEL_LOAD_FAILED where the store cannot be read. */
export async function findModel(models: ModelResolver, params: PathParams): Promise<FoundModel> {
  try {
    return { kind: 'found', ref: await models.resolve(params) }
  } catch (error) {
    if (error instanceof PipelineError && codesOfRows.includes(error.code)) return { kind: 'none', error }
    throw error
  }
}
