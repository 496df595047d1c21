import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { sourcePath } from './place.ts'

export interface PythonNeeds {
  /** Modules that must be there. */
  readonly imports: readonly string[]
  /** What pip installs where they are not, with versions. */
  readonly packages: readonly string[]
  /** Environment variable that names a Python which has them already. */
  readonly variable: string
}

const venv = sourcePath('.venv')

/** A Python with these modules: the one that is named, or a virtual environment that is made beside this folder. */
export function findPython({ imports, packages, variable }: PythonNeeds): string | undefined {
  const given = process.env[variable]
  if (given !== undefined && given !== '') return canImport(given, imports) ? given : undefined
  const python = `${venv}/bin/python`
  if (!canImport(python, imports)) install(python, packages)
  return canImport(python, imports) ? python : undefined
}

function canImport(python: string, imports: readonly string[]): boolean {
  return spawnSync(python, ['-c', `import ${imports.join(', ')}`], { stdio: 'ignore' }).status === 0
}

function install(python: string, packages: readonly string[]): void {
  console.error(`Installing ${packages.join(' ')} into bench/.venv …`)
  if (!existsSync(python)) {
    const made = spawnSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' })
    if (made.status !== 0) return
  }
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
  spawnSync(python, args, { stdio: ['ignore', 2, 2] })
}
