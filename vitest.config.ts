import { defineConfig } from 'vitest/config'
import { testsByParts } from './scripts/tests-of-parts.js'

export default defineConfig({
  test: {
    projects: testsByParts().map(({ packages, tests }) => ({
      extends: true as const,
      ssr: conditionsOf(packages),
      test: { name: packages.length === 0 ? 'bundles' : `parts of ${packages.join(' and ')}`, include: tests },
    })),
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

/**
 * Packages are loaded as users have them, bundled, which takes a process and each of its threads half the time; those
 * that a test looks at parts of, as the compiler left them, so that there is one copy of each part. Vitest tells its
 * processes, and their threads; those that tests start run bundles.
 */
function conditionsOf(packages: readonly string[]) {
  const conditions = [...packages.map((name) => `unbundled-${name}`), 'node']
  return { resolve: { conditions, externalConditions: conditions } }
}
