import { createRequire } from 'node:module'

/** Loaded where threads are started, not in each of them: they import this package too, with their app. */
export function loadPiscina(): typeof import('piscina').Piscina {
  const library: typeof import('piscina') = createRequire(import.meta.url)('piscina')
  return library.Piscina
}
