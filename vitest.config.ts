import { defineConfig } from 'vitest/config'

/** The packages as the compiler left them: a test may then look at the parts that the package it imports is made of. */
const asCompiled = 'unbundled'

export default defineConfig({
  // Vitest tells its processes, and their threads; those that tests start run what users run, the bundles.
  ssr: { resolve: { conditions: [asCompiled, 'node'], externalConditions: [asCompiled, 'node'] } },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Tests run against what the compiler made, loaded by Node itself: the app bundle, the threads and the test then
    // hold one and the same copy of each package.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
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
