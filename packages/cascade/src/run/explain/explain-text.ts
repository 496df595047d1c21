import { formatCount, formatNumberOf, formatSize } from '../progress/figures.ts'
import type {
  ColumnDocument,
  ExplainDocument,
  RejectsDocument,
  SourceDocument,
  StageDocument,
} from './explain-document.ts'
import type { ResumeState } from './explained-plan.ts'

/** So many files are listed; the JSON form has all. */
const listedFiles = 5
const indent = ' '.repeat(9)

/** A plan for people. */
export function explainText(document: ExplainDocument): string {
  const { codeVersion, parts, sources, stages } = document
  const lines = [
    headLine(document),
    '',
    ...sources.flatMap((source) => sourceLines(source, document)),
    ...workLines(document),
    ...stages.flatMap(stageLines),
    ...sinkLines(document),
    ...rejectLines(document),
    ...memoryLines(document),
    `resume   ${resumeText(document.resume, parts.total)}`,
  ]
  if (document.resume.state === 'changed') lines.push(...document.resume.differences.map((text) => `${indent}${text}`))
  lines.push(`code     ${codeVersion}`)
  return `${lines.join('\n')}\n`
}

function headLine({ asset, parts, waitsFor }: ExplainDocument): string {
  if (waitsFor.length > 0) return `${asset}: made after ${waitsFor.join(', ')}, which this run makes first`
  return `${asset}: ${formatCount(parts.open)} of ${formatNumberOf(parts.total, 'part')} to make`
}

function sourceLines(source: SourceDocument, { waitsFor }: ExplainDocument): readonly string[] {
  const { name, kind, format, files, byteLength, rowCount, columns, fileColumns, skipsColumns } = source
  const read =
    fileColumns === null ? formatNumberOf(columns.length, 'column') : `${columns.length} of ${fileColumns} columns`
  const skipped = skipsColumns && fileColumns !== columns.length ? ', the others are left on disk' : ''
  const listed = files.slice(0, listedFiles).map(({ path, byteLength, parts }) => {
    return `${indent}${path}: ${formatSize(byteLength)}, ${formatNumberOf(parts, 'part')}`
  })
  if (files.length > listedFiles) listed.push(`${indent}and ${formatCount(files.length - listedFiles)} more`)
  const rows = rowCount === null ? 'rows are not known before they are read' : formatNumberOf(rowCount, 'row')
  const size = waitsFor.includes(name)
    ? 'not made yet'
    : `${formatNumberOf(files.length, 'file')}, ${formatSize(byteLength)}, ${rows}`
  return [
    `source   ${name}: ${kind === 'asset' ? 'the asset, ' : ''}${format}, ${size}`,
    ...listed,
    `${indent}reads ${read}${skipped}`,
    `${indent}${columnsText(columns)}`,
  ]
}

function workLines({ kind, parts, batchRows }: ExplainDocument): readonly string[] {
  if (kind === 'frame') return ['made     by one function, from all rows at once, in one part']
  return [
    `parts    up to ${formatNumberOf(parts.maxRows, 'row')}, ${formatSize(parts.maxBytes)}`,
    `batches  up to ${formatNumberOf(batchRows, 'row')}, cut at fixed rows of each part`,
  ]
}

function stageLines(stage: StageDocument): readonly string[] {
  const { name, effects, delivery, output } = stage
  return [
    `stage    ${name}: ${placeText(stage)}; ${effects}, a row runs ${delivery.replaceAll('-', ' ')}`,
    `${indent}gives ${output === null ? 'any columns' : columnsText(output)}`,
  ]
}

function placeText({ placement, isolation, threads, calls }: StageDocument): string {
  if (placement !== 'service') return `over ${placement}, up to ${formatNumberOf(calls, 'call')} at once`
  if (isolation === 'inline') return 'in the main thread'
  if (threads === 0) return 'in the call of the stage before'
  if (isolation === 'thread') return formatNumberOf(threads, 'thread')
  return threads === 1 ? '1 child process' : `${formatCount(threads)} child processes`
}

function sinkLines({ sink }: ExplainDocument): readonly string[] {
  const compression = sink.compression === null ? '' : ` (${sink.compression})`
  const seen = sink.publish === 'part' ? 'as parts are committed' : 'only when all parts are'
  return [
    `sink     ${sink.folder}: ${sink.format}${compression}`,
    `${indent}each row exactly once, by commit record; files can be seen ${seen}`,
    `${indent}${columnsText(sink.columns)}`,
  ]
}

function rejectLines({ rejects }: ExplainDocument): readonly string[] {
  if (rejects === null) return ['rejects  none: a row that breaks its schema ends the making']
  return [`rejects  ${rejects.folder}: ${limitText(rejects)}`]
}

function limitText({ maxRows, maxRatio }: RejectsDocument): string {
  const limits = [
    maxRows === null ? undefined : formatNumberOf(maxRows, 'row'),
    maxRatio === null ? undefined : `${Number((maxRatio * 100).toPrecision(6))} % of the rows`,
  ]
  const told = limits.filter((limit) => limit !== undefined)
  return told.length === 0 ? 'any number of rows' : `up to ${told.join(' and ')}`
}

function memoryLines({ memory }: ExplainDocument): readonly string[] {
  if (memory === null) return ['memory   as much as its rows and the function take: --memory does not bound it']
  const { budgetBytes, neededBytes, terms, maxParts, maxBatches, maxBatchBytes } = memory
  return [
    `windows  ${formatNumberOf(maxParts, 'part')} and ${formatCount(maxBatches)} batches at once, of up to ${formatSize(maxBatchBytes)}`,
    `memory   up to ${formatSize(budgetBytes)}; ${formatSize(neededBytes)} are needed`,
    ...terms.map(({ name, bytes }) => `${indent}${name}: ${formatSize(bytes)}`),
  ]
}

/** In one sentence; of a changed plan the differences are to follow. */
export function resumeText(resume: ResumeState, totalParts: number): string {
  switch (resume.state) {
    case 'new':
      return 'nothing was made before'
    case 'unknown':
      return 'not known before what it is made of is there'
    case 'resumed':
      return `${formatCount(resume.committedParts)} of ${formatNumberOf(totalParts, 'part')} were committed before`
    case 'complete':
      return 'everything is there, nothing would be done'
    case 'held':
      return `process ${resume.pid} on ${resume.host} works on it, a run would be refused`
    case 'changed':
      return 'it was begun with another plan, a run would be refused'
  }
}

function columnsText(columns: readonly ColumnDocument[]): string {
  if (columns.length === 0) return 'no columns'
  return columns.map(({ name, type, isNullable }) => `${name}: ${type}${isNullable ? ' or null' : ''}`).join(', ')
}
