// The command over a run that ends only by its signal, in a process of its own: what it does with the real signals and
// streams. With `deaf` as the first word it does not even end by the first signal.
import process from 'node:process'
import { runCommandLine } from '../../../packages/cascade/dist/cli/command-line.js'
import { processIo } from '../../../packages/cascade/dist/cli/process-io.js'

const [manner, ...words] = process.argv.slice(2)
const steps = [
  { name: 'trips', kind: 'source', slots: 1, rows: 5, rowsIn: 5, busyMs: 1, rejects: 0, blockedOn: 'nothing' },
]
const status = {
  asset: 'scored',
  runId: 'run-1',
  elapsedMs: 1000,
  parts: { total: 4, committed: 1, atStart: 0 },
  rows: { total: 20, atStart: 0, committed: 5, done: 5 },
  steps,
  memory: { usedBytes: 0, budgetBytes: 1 },
}
const driver = {
  run: ({ signal }, watcher) =>
    new Promise((_, reject) => {
      const timer = setInterval(() => undefined, 1000)
      watcher.began(() => status)
      signal.addEventListener('abort', () => {
        if (manner === 'deaf') return
        clearInterval(timer)
        watcher.ended()
        reject(signal.reason)
      })
      watcher.write('it runs')
    }),
  status: async () => ({ ...status, pages: 'x'.repeat(5_000_000), holder: undefined, lastCommitAt: undefined }),
}

process.exit(await runCommandLine(words, processIo(process), async () => driver))
