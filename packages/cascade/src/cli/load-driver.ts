import { PipelineError } from '@redesmyn/core'
import type { RunDriver } from '../run/run-driver.ts'

/** What makes assets, behind the commands about runs. */
export async function loadDriver(): Promise<RunDriver> {
  throw new PipelineError('LIFECYCLE_MISUSE', 'this build of the command cannot run assets')
}
