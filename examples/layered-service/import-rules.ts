import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'

/** What the files of each folder may import: other folders of the app, and packages. */
const rules: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  models: { folders: [], packages: ['typebox'] },
  'ml-models': { folders: [], packages: [] },
  services: { folders: ['models', 'ml-models'], packages: ['typebox'] },
  handlers: { folders: ['models', 'services'], packages: ['@redesmyn/core', '@redesmyn/worker'] },
}

/** Every import that the rules forbid, as `services/a.ts imports ../handlers/b.ts`. */
export function findViolations(appFolder: string): readonly string[] {
  return Object.keys(rules).flatMap((folder) =>
    readdirSync(join(appFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => violationsOf(appFolder, join(folder, name))),
  )
}

function violationsOf(appFolder: string, path: string): readonly string[] {
  const source = readFileSync(join(appFolder, path), 'utf8')
  const imports = Array.from(source.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g), ([, name = '']) => name)
  return imports.filter((name) => !isAllowed(path, name)).map((name) => `${path} imports ${name}`)
}

function isAllowed(path: string, name: string): boolean {
  const [own] = path.split(sep)
  const { folders, packages } = rules[own]
  if (!name.startsWith('.')) return packages.includes(name)
  const [target] = normalize(join(dirname(path), name)).split(sep)
  return target === own || folders.includes(target)
}
