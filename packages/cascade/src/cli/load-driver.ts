import { PipelineError } from '@redesmyn/core'
import type { RunDriver } from '../run/run-driver.ts'

/** What makes assets, behind the commands about runs. */
export async function loadDriver(): Promise<RunDriver> {
  return {
    check: async () => [],
    plan: refuse,
    run: refuse,
    status: refuse,
    rejects: refuse,
    retryRejects: refuse,
    commitShards: refuse,
  }
}

async function refuse(): Promise<never> {
  throw new PipelineError('LIFECYCLE_MISUSE', 'this build of the command cannot run assets')
}
