import type { DryRunReport, EndpointRun } from '@redesmyn/worker'

/** So much of an answer is shown. */
const shownLetters = 200

/** The report of `cascade serve --dry-run` for people. */
export function dryRunReport({ app, isSound, startMs, endpoints }: DryRunReport): string {
  const lines = [`${app} started in ${Math.round(startMs)} ms`, '']
  for (const run of endpoints) lines.push(...describeRun(run))
  lines.push('', isSound ? 'The dry run is sound.' : 'The dry run failed.')
  return `${lines.join('\n')}\n`
}

function describeRun(run: EndpointRun): readonly string[] {
  if (run.outcome === 'loaded') return [`loaded    POST ${run.path}`, `          not run: ${run.reason}`]
  const { path, status, exampleCount, answerBytes, answerMs, answer } = run
  const outcome = run.outcome.padEnd(8)
  const examples = exampleCount === 1 ? '1 example' : `${exampleCount} examples`
  return [
    `${outcome}  POST ${path}`,
    `          ${examples}: ${status}, ${answerBytes} bytes in ${answerMs.toFixed(1)} ms`,
    `          ${answer.length > shownLetters ? `${answer.slice(0, shownLetters)}…` : answer}`,
  ]
}
