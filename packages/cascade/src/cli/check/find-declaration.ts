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

/** Of the first name that is declared; of several declarations the last, which is the one too many. */
function findDeclaration(app: string, names: readonly string[]): string | undefined {
  const files = ownFiles(resolve(app))
  for (const name of names) {
    const quoted = name.replace(/\W/g, '\\$&')
    const declaration = new RegExp(`\\bname:\\s*(['"\`])${quoted}\\1|\\bexport const ${quoted}\\b`)
    const places = [...files].flatMap(([path, text]) =>
      text
        .split('\n')
        .flatMap((line, index) => (declaration.test(line) ? [`${relative(process.cwd(), path)}:${index + 1}`] : [])),
    )
    if (places.length > 0) return places.at(-1)
  }
  return undefined
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
