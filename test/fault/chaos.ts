import { parseArgs } from 'node:util'
import { type ChaosReport, runChaos } from './chaos-run.ts'

/** `npm run chaos -- --requests 100000 --seed 1`: prints what became of every request, and whether all is well. */
const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const requests = Number(values.requests)
const report = await runChaos({
  requests,
  seed: Number(values.seed),
  onProgress: (sent) => process.stderr.write(`\r${sent} of ${requests} requests`),
})
process.stderr.write('\n')
console.log(render(report))
process.exitCode = findFaults(report).length === 0 ? 0 : 1

function render(result: ChaosReport): string {
  const statuses = [...new Set([...result.answers.values()].flatMap((byStatus) => [...byStatus.keys()]))].sort()
  const rows = [...result.answers].map(([kind, byStatus]) => {
    return `| ${kind} | ${statuses.map((status) => byStatus.get(status) ?? '').join(' | ')} |`
  })
  const faults = findFaults(result)
  return [
    `| request | ${statuses.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(statuses.length)}`,
    ...rows.sort(),
    '',
    `threads ended ${result.threadsEnded}, children killed ${result.childrenKilled}, restarts in all ${result.restarts}`,
    `in flight ${result.inFlight}, queued rows ${result.queuedRows}, slabs ${result.slabs}`,
    `memory ${result.memoryBeforeMiB.toFixed(0)} MiB before, ${result.memoryAfterMiB.toFixed(0)} MiB after`,
    `exit code ${result.exitCode}`,
    faults.length === 0 ? 'all is well' : `faults: ${faults.join('; ')}`,
  ].join('\n')
}

function findFaults(result: ChaosReport): readonly string[] {
  const { wrong, goodAtEnd, inFlight, queuedRows, slabs, memoryBeforeMiB, memoryAfterMiB, exitCode } = result
  return [
    ...wrong.map((answer) => `a wrong answer, ${answer}`),
    ...(goodAtEnd ? [] : ['a good request is not answered']),
    ...(inFlight + queuedRows + slabs === 0 ? [] : ['something is still held']),
    ...(memoryAfterMiB <= memoryBeforeMiB * 1.1 ? [] : ['memory has grown by more than 10 %']),
    ...(exitCode === 0 ? [] : ['the server did not end cleanly']),
  ]
}
