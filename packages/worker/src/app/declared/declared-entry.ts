import { fileURLToPath } from 'node:url'
import type { Declaration } from './declaration.ts'
import { findReferences } from './references.ts'

/**
 * The text of a module that is to a declarative file what an app module is to itself: it imports what the file refers
 * to, and exports the same app.
 */
export function declaredEntry(declaration: Declaration, sourcePath: string): string {
  const references = findReferences(declaration)
  const files = [...new Set(references.map(({ file }) => file))]
  const values = references.map(({ text, file, name }) => {
    return `  [${JSON.stringify(text)}]: module${files.indexOf(file)}[${JSON.stringify(name)}],`
  })
  return [
    `import { declaredApp } from ${JSON.stringify(fileURLToPath(import.meta.resolve('#declared-app')))}`,
    ...files.map((file, index) => `import * as module${index} from ${JSON.stringify(file)}`),
    `const declaration = ${JSON.stringify(declaration)}`,
    'const values = {',
    ...values,
    '}',
    `export const app = { default: declaredApp(declaration, values, ${JSON.stringify(sourcePath)}) }`,
  ].join('\n')
}
