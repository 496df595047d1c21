import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Tests run against what the compiler made, loaded by Node itself: the app bundle, the threads and the test then
    // hold one and the same copy of each package.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
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
