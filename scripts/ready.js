// Makes a clone ready to run: installs what the lockfile names and is not there, compiles and bundles what changed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundlePackages } from './bundle.js'
import { sweepBuild } from './sweep-build.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const oldestNode = [20, 19]

checkNode()
if (!isInstalled()) install()
sweepBuild(root)
run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'])
await bundlePackages()

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
  if (isOld) stop(`Node ${oldestNode.join('.')} or newer is needed, this is ${process.versions.node}`)
}

/** Compares the lockfile with the one npm keeps of what it installed: cheaper than asking npm. */
function isInstalled() {
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'))
  if (installed === undefined) return false
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {}
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true
    if (entry.link) return existsSync(join(root, path))
    return entry.optional || installed[path]?.version === entry.version
  })
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

function install() {
  console.error('Installing the packages of the lockfile …')
  run('npm', ['ci', '--no-audit', '--no-fund'])
}

function run(command, args) {
  // Output goes to stderr: stdout belongs to the command that runs next.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2] })
  if (error) stop(`${command} could not be started: ${error.message}`)
  if (status !== 0) stop(`"${[command, ...args].join(' ')}" failed; what it wrote above says why`)
}

function stop(message) {
  console.error(message)
  process.exit(1)
}
