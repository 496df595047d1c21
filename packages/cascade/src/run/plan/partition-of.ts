import { relative, sep } from 'node:path'

/** What folders named `key=value` between `root` and a file say of its rows. */
export function partitionOf(root: string, path: string): Readonly<Record<string, string>> {
  const folders = relative(root, path).split(sep).slice(0, -1)
  return Object.fromEntries(folders.map(readFolder).filter((pair) => pair !== undefined))
}

function readFolder(name: string): readonly [key: string, value: string] | undefined {
  const at = name.indexOf('=')
  if (at < 1) return undefined
  return [decode(name.slice(0, at)), decode(name.slice(at + 1))]
}

/** Characters that a name of a folder can't hold are written as `%2F`. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
