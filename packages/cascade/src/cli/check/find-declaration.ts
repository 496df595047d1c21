import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'

/**
 * The same error with the place in front, `flow.ts:12: …`, where something that the message names in quotes is declared
 * in the app's own files. It looks for the text `name: 'scored'` or `export const scored`: a name that is computed has no
 * place.
 */
export function withPlace(error: unknown, app: string): unknown {
  if (!(error instanceof PipelineError) || /\.[cm]?[jt]s:\d+/.test(error.message)) return error
  const place = findDeclaration(app, quotedNames(error.message))
  if (place === undefined) return error
  const { code, message, details, cause } = error
  return new PipelineError(code, `${place}: ${message}`, { details, cause })
}

/** Of the first name that is declared, else of the first text that stands there as it is, such as a glob. */
function findDeclaration(app: string, names: readonly string[]): string | undefined {
  const files = ownFiles(resolve(app))
  const quoted = names.map((name) => name.replace(/\W/g, '\\$&'))
  const declarations = quoted.map((name) => `\\bname:\\s*(['"\`])${name}\\1|\\bexport const ${name}\\b`)
  const texts = quoted.map((name) => `(['"\`])${name}\\1`)
  for (const pattern of [...declarations, ...texts]) {
    const place = findLine(files, new RegExp(pattern))
    if (place !== undefined) return place
  }
  return undefined
}

/** Of several lines the last: of two declarations the one too many. */
function findLine(files: ReadonlyMap<string, string>, pattern: RegExp): string | undefined {
  const places = [...files].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${relative(process.cwd(), path)}:${index + 1}`] : [])),
  )
  return places.at(-1)
}

function quotedNames(message: string): readonly string[] {
  return [...message.matchAll(/"([^"]+)"/g)].map(([, name]) => name)
}

/** The app module and what it imports by relative paths, as far as it can be read. */
function ownFiles(path: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  const text = found.has(path) ? undefined : readText(path)
  if (text === undefined) return found
  found.set(path, text)
  for (const [, specifier] of text.matchAll(/\bfrom\s*['"](\.{1,2}\/[^'"]+)['"]/g)) {
    ownFiles(resolve(dirname(path), specifier), found)
  }
  return found
}

function readText(path: string): string | undefined {
  // A TypeScript file may import its neighbour by the name that it will have once it is compiled.
  for (const candidate of [path, path.replace(/js$/, 'ts')]) {
    try {
      return readFileSync(candidate, 'utf8')
    } catch {
      // The bundler has said so already, if it matters.
    }
  }
  return undefined
}
