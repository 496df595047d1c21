import { defineConfig } from 'vitest/config'
import { sortTests } from './scripts/tests-of-parts.js'

const { parts, whole } = sortTests()

/** Vitest tells its processes, and their threads; those that tests start run what users run, the bundles. */
function conditions(...names: string[]) {
  return { resolve: { conditions: [...names, 'node'], externalConditions: [...names, 'node'] } }
}

export default defineConfig({
  test: {
    projects: [
      // Packages as users have them: a process and each of its threads start with half the work.
      { extends: true, ssr: conditions(), test: { name: 'bundles', include: whole } },
      // As the compiler left them: the test may then look at the parts that the package it imports is made of.
      { extends: true, ssr: conditions('unbundled'), test: { name: 'parts', include: parts } },
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Tests run against what was built, loaded by Node itself: the app bundle, the threads and the test then hold one
    // and the same copy of each package.
    server: { deps: { external: [/\/packages\/[^/]+\/(?:dist|lib)\//] } },
    globalSetup: ['./scripts/bundle-before-tests.js'],
    // Servers, threads and native modules: each test file has a process of its own.
    pool: 'forks',
    // Much of the time tests wait: for timeouts, for processes that end. Two at once do not disturb each other.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    reporters: ['default', './scripts/skipped-tests.js'],
    coverage: { include: ['packages/*/dist/**/*.js'] },
  },
})
