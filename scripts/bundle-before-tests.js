// `vitest run` alone does not build: what was compiled since, the processes that tests start would not run.
import { fileURLToPath } from 'node:url'
import { bundlePackages } from './bundle.js'

export default async function bundleBeforeTests() {
  await bundlePackages(fileURLToPath(new URL('..', import.meta.url)))
}
