// The static checks, all of them, whatever fails: format, types, lint, unused code, and the shape of each package.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['core', 'worker', 'cascade']

const checks = [
  { name: 'build and types', command: ['node', 'scripts/ready.js'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'unused code', command: ['knip', '--treat-config-hints-as-errors'] },
  ...packages.map((name) => ({ name: `package ${name}`, command: ['publint', '--strict', `packages/${name}`] })),
  ...packages.map((name) => ({
    name: `types of package ${name}`,
    command: ['attw', '--pack', '--profile', 'esm-only', `packages/${name}`],
  })),
]

const failed = checks.filter(({ name, command }) => !passes(name, command))
console.log(`${checks.length - failed.length} passed, ${failed.length} failed, 0 skipped`)
process.exitCode = failed.length === 0 ? 0 : 1

function passes(name, [command, ...args]) {
  const env = { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` }
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  console.log(`${status === 0 ? 'ok    ' : 'failed'}  ${name}`)
  if (status !== 0) console.log(error?.message ?? stdout)
  return status === 0
}
