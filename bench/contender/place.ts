import { fileURLToPath } from 'node:url'

/** A file of this folder as it was written, from wherever the compiled code runs. */
export function sourcePath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

/** A compiled file of this folder. */
export function builtPath(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}
