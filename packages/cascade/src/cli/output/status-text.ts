import type { OutputStatus } from '../../run/output-status.ts'
import { formatCount, formatDuration, formatNumberOf, formatSize } from '../../run/progress/figures.ts'

/** The report of `cascade status` for people. */
export function statusText(status: OutputStatus): string {
  const { folder, asset, state, parts, rows, files, codeVersion, lastCommitAt } = status
  const share = parts.total === 0 ? '' : ` (${Math.floor((parts.committed / parts.total) * 100)}%)`
  const lines = [
    `${asset}: ${state}`,
    `  output    ${folder}`,
    `  parts     ${formatCount(parts.committed)} of ${formatNumberOf(parts.total, 'part')}${share}`,
    ...openLines(status),
    `  rows      ${formatCount(rows.in)} in, of which ${formatCount(rows.out)} out, ${formatCount(rows.filtered)} filtered, ${formatCount(rows.rejected)} rejected`,
    `  written   ${formatNumberOf(rows.written, 'row')}, ${formatNumberOf(files.count, 'file')}, ${formatSize(files.byteLength)}`,
    `  code      ${codeVersion}`,
    ...(lastCommitAt === undefined ? [] : [`  last part ${lastCommitAt}`]),
    ...holderLines(status),
  ]
  if (state === 'stopped') lines.push('  next      the command that began it goes on')
  return `${lines.join('\n')}\n`
}

function openLines({ parts }: OutputStatus): readonly string[] {
  if (parts.open.length === 0) return []
  const more = parts.total - parts.committed - parts.open.length
  return [`  open      ${parts.open.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`]
}

function holderLines({ holder, state }: OutputStatus): readonly string[] {
  if (holder === undefined || state === 'complete') return []
  const { pid, host, runId, epoch, silentMs } = holder
  const who = `process ${pid} on ${host}, run ${runId}, epoch ${epoch}`
  return [`  ${state === 'running' ? 'held by  ' : 'last held'} ${who}, last heard of ${formatDuration(silentMs)} ago`]
}
