import { sep } from 'node:path'

/** The deepest folder that all these are, or lie in. */
export function deepestFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split(sep))
  const differs = first.findIndex((segment, at) => others.some((other) => other[at] !== segment))
  return first.slice(0, differs === -1 ? first.length : differs).join(sep) || sep
}
