import type { RunDriver } from '../run/run-driver.ts'

/** What makes assets, behind the commands about runs: loaded when one of them needs it. */
export async function loadDriver(): Promise<RunDriver> {
  const { localDriver } = await import('../run/driver/local-driver.ts')
  return localDriver()
}
