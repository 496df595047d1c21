import { createRequire } from 'node:module'

/**
 * A copy of esbuild of the caller's own. All builds of one copy share a process, and `stop` ends it under all of
 * them: whoever builds at the same time, another server or the user, would wait for ever.
 */
export function loadEsbuild(): typeof import('esbuild') {
  const require = createRequire(import.meta.url)
  const path = require.resolve('esbuild')
  const shared = require.cache[path]
  delete require.cache[path]
  try {
    return require(path)
  } finally {
    if (shared === undefined) delete require.cache[path]
    else require.cache[path] = shared
  }
}
