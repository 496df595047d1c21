// Runs every kind of check, names again at the end what failed, and ends with one line: N passed, N failed, N skipped.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'redesmyn-ci-'))
const total = { passed: 0, failed: 0, skipped: 0 }
/** A long log is often cut: what went wrong stands at its end. */
const failures = []
const unsteady = []
/** With more files in which tests failed it is not for want of time. */
const mostRerun = 3

heading('Tests')
add(runTests(join(folder, 'tests.json')))
heading('Static checks')
add(runCounted('node', ['scripts/check.js']))
heading('Demo')
add(runPlain('npm', ['run', 'demo']))
heading('Benchmarks, shortest form')
add(runCounted('npm', ['run', 'bench', '--', '--short']))

rmSync(folder, { recursive: true })
for (const test of unsteady) console.log(`\nunsteady, passed when it ran again: ${test}`)
for (const failure of failures) console.log(`\nfailed: ${failure}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1

function runTests(report) {
  const { status } = run('npm', ['test', '--', ...vitestFlags(report)])
  const counts = readReport(report)
  if (counts === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const skipped = counts.numPendingTests + counts.numTodoTests
  const failedFiles = counts.testResults.filter(({ status: state }) => state === 'failed').map(({ name }) => name)
  // Without a failed file it was the run itself that broke off: all of it runs once more.
  const failed = status === 0 ? 0 : rerunTests(counts, failedFiles, report)
  return {
    passed: counts.numTotalTests - skipped - failed,
    failed: failed === 0 && failures.length > 0 ? 1 : failed,
    skipped,
  }
}

/**
 * Some tests measure time, and two run at once: the files in which some failed run once more, alone. What passes then is
 * named as unsteady, which is a defect of the test; what fails again has failed. Returns how many did.
 */
function rerunTests(counts, files, report) {
  if (files.length > mostRerun) {
    failures.push(...failedTests(counts))
    return Math.max(1, counts.numFailedTests)
  }
  heading(
    `Once more: ${files.map((file) => relative(root, file)).join(', ') || 'everything, because the run broke off'}`,
  )
  const workers = files.length === 0 ? 2 : 1
  const { status } = run('npx', ['vitest', 'run', `--maxWorkers=${workers}`, ...vitestFlags(report), ...files])
  const again = readReport(report)
  if (again === undefined) return 1
  const failed = failedTests(again)
  failures.push(...failed)
  if (status !== 0 && failed.length === 0) failures.push(`the test run itself, with exit code ${status}`)
  const isOver = status !== 0
  if (!isOver) unsteady.push(...(files.length === 0 ? ['the test run, which broke off'] : failedTests(counts)))
  return isOver ? Math.max(1, again.numFailedTests) : 0
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    failures.push('the test run: it left no report')
    return undefined
  } finally {
    rmSync(report, { force: true })
  }
}

function vitestFlags(report) {
  return ['--reporter=json', `--outputFile.json=${report}`, ...vitestReporters()]
}

function failedTests(report) {
  return report.testResults.flatMap(({ name, assertionResults, message }) => {
    const tests = assertionResults.filter(({ status }) => status === 'failed')
    if (tests.length === 0 && message !== '') return [`${relative(root, name)}: ${message}`]
    return tests.map((test) => `${relative(root, name)}: ${test.fullName}\n${test.failureMessages.join('\n')}`)
  })
}

/** Naming one reporter on the command line puts away those of the configuration. */
function vitestReporters() {
  return ['--reporter=default', '--reporter=./scripts/skipped-tests.js']
}

function runPlain(command, args) {
  if (run(command, args).status === 0) return { passed: 1, failed: 0, skipped: 0 }
  failures.push([command, ...args].join(' '))
  return { passed: 0, failed: 1, skipped: 0 }
}

/** A command whose last line counts as ours does. */
function runCounted(command, args) {
  const { status, stdout } = run(command, args, ['inherit', 'pipe', 'inherit'])
  process.stdout.write(stdout)
  if (status !== 0) failures.push([command, ...args, ...(stdout.match(/^failed .*$/gm) ?? [])].join(' '))
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
