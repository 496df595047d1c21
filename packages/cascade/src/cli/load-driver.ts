import { PipelineError } from '@redesmyn/core'
import { readOutputStatus } from '../run/report/read-output-status.ts'
import { readRejects } from '../run/report/read-rejects.ts'
import type { RunDriver } from '../run/run-driver.ts'

/** What makes assets, behind the commands about runs. */
export async function loadDriver(): Promise<RunDriver> {
  return {
    check: async () => [],
    plan: refuse,
    run: refuse,
    status: async (folder) => readOutputStatus(folder, Date.now()),
    rejects: readRejects,
    retryRejects: refuse,
    commitShards: refuse,
  }
}

async function refuse(): Promise<never> {
  throw new PipelineError('LIFECYCLE_MISUSE', 'this build of the command cannot run assets')
}
