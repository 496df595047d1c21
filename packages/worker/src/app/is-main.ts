import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

/** Whether the module was started by hand (`node app.js`, `tsx app.ts`) and not imported, as threads and tests do. */
export function isMain(meta: ImportMeta): boolean {
  const started = process.argv[1]
  if (!isMainThread || started === undefined || !meta.url.startsWith('file:')) return false
  const own = realPath(fileURLToPath(meta.url))
  // `node app` finds app.js as well.
  return [started, `${started}.js`, `${started}.mjs`].some((path) => realPath(path) === own)
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
