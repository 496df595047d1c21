// Runs every kind of check and ends with one line: N passed, N failed, N skipped.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'redesmyn-ci-'))
const total = { passed: 0, failed: 0, skipped: 0 }

heading('Tests')
add(runTests(join(folder, 'tests.json')))
heading('Static checks')
add(runCounted('node', ['scripts/check.js']))
heading('Demo')
add(runPlain('npm', ['run', 'demo']))
heading('Benchmarks, shortest form')
add(runCounted('npm', ['run', 'bench', '--', '--short']))

rmSync(folder, { recursive: true })
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1

function runTests(report) {
  const { status } = run('npm', ['test', '--', '--reporter=json', `--outputFile.json=${report}`, ...vitestReporters()])
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'))
    const failed = counts.numFailedTests
    const skipped = counts.numPendingTests + counts.numTodoTests
    return { passed: counts.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed, skipped }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/** Naming one reporter on the command line puts away those of the configuration. */
function vitestReporters() {
  return ['--reporter=default', '--reporter=./scripts/skipped-tests.js']
}

function runPlain(command, args) {
  return run(command, args).status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/** A command whose last line counts as ours does. */
function runCounted(command, args) {
  const { status, stdout } = run(command, args, ['inherit', 'pipe', 'inherit'])
  process.stdout.write(stdout)
  const counts = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(stdout)
  if (counts === null) return { passed: 0, failed: 1, skipped: 0 }
  const [passed, failed, skipped] = counts.slice(1).map(Number)
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped }
}

function run(command, args, stdio = 'inherit') {
  return spawnSync(command, args, { cwd: root, stdio, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

function add({ passed, failed, skipped }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

function heading(text) {
  console.log(`\n${text}`)
}
