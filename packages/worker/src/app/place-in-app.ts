import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename, dirname, relative, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** Where in the user's own files an error was thrown while the bundle at `url` was evaluated: file, line and column. */
export function placeInApp(error: unknown, url: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  // Its name alone: node names the file that a link in its path leads to.
  const after = stack.split(`/${basename(url)}:`)[1]
  const [, line, column] = /^(\d+):(\d+)/.exec(after ?? '') ?? []
  if (line === undefined || column === undefined) return undefined
  const bundle = fileURLToPath(url)
  // Read only now: where nothing is thrown nobody needs it.
  const entry = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8'))).findEntry(
    Number(line) - 1,
    Number(column) - 1,
  )
  if (!('originalSource' in entry)) return undefined
  const file = relative(process.cwd(), resolve(dirname(bundle), entry.originalSource))
  return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
}
