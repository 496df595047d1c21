import { formatCount, formatNumberOf } from '../../run/progress/figures.ts'
import type { RejectCause, RejectRow, RejectsReport } from '../../run/rejects-report.ts'

/** So much of a record is shown. */
const shownLetters = 120

/** The report of `cascade rejects` for people. */
export function rejectsText({ folder, rejectsFolder, rowCount, causes, rows }: RejectsReport): string {
  if (rowCount === 0) return `${folder}: no row was rejected\n`
  const lines = [
    `${folder}: ${formatNumberOf(rowCount, 'row')} rejected, in ${rejectsFolder}`,
    '',
    ...causes.map(causeText),
  ]
  if (rows.length > 0) lines.push('', ...rows.flatMap(rowLines))
  if (rows.length < rowCount) lines.push('', `${formatCount(rowCount - rows.length)} more: --limit <n> lists as many`)
  return `${lines.join('\n')}\n`
}

function causeText({ stage, code, rowCount, message }: RejectCause): string {
  return `${formatCount(rowCount).padStart(9)}  ${stage}  ${code}: ${oneLine(message)}`
}

function rowLines({ file, row, stage, code, message, trace, record }: RejectRow): readonly string[] {
  const text = oneLine(typeof record === 'string' ? record : (JSON.stringify(record) ?? ''))
  const shown = text.length > shownLetters ? `${text.slice(0, shownLetters)}…` : text
  const traced = trace === null ? '' : ` (trace ${oneLine(trace)})`
  return [
    `${file}, row ${formatCount(row)} of its part, ${stage}: ${code}: ${oneLine(message)}${traced}`,
    `    ${shown}`,
  ]
}

/** What stands in a file may hold anything: letters that steer a terminal are shown, not sent to it. */
function oneLine(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
