import { existsSync, readFileSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { CommitRecord, OutputFile, RowCounts } from './commit-record.ts'
import { type DurableFiles, makeFolders } from './durable-files.ts'
import { type OutputPaths, partName } from './output-paths.ts'
import type { PartAttempt } from './part-attempt.ts'
import { sinkFailed } from './sink-failed.ts'

/** What a part came to, its files closed and on disk. */
export interface PartOutcome {
  /** Of the file at `dataPath`; undefined where none was written. */
  readonly data: WrittenFile | undefined
  /** Of the file at `rejectsPath`; undefined where none was written. */
  readonly rejects: WrittenFile | undefined
  readonly rows: RowCounts
}

export interface WrittenFile {
  readonly rowCount: number
  readonly byteLength: number
}

export interface CommitPlace {
  readonly paths: OutputPaths
  readonly files: DurableFiles
  readonly partCount: number
}

/** What is known of a part before its files have their names. */
export type RecordFacts = Pick<CommitRecord, 'source' | 'codeVersion' | 'run' | 'trace' | 'epoch' | 'committedAt'>

interface FileMove {
  readonly from: string
  readonly to: string
  readonly file: OutputFile
}

/**
 * Gives a part's files their names and links its record. Whether the record is this one: false where another run had
 * committed the part before, whose files stay and these go. Throws SINK_FAILED naming a file.
 */
export async function commitPart(
  place: CommitPlace,
  attempt: PartAttempt,
  outcome: PartOutcome,
  facts: RecordFacts,
): Promise<{ readonly record: CommitRecord; readonly isOurs: boolean }> {
  assertRows(attempt, outcome)
  const { paths } = place
  const data = movesOf(keptData(attempt, outcome.data), attempt.dataPath, paths.folder, attempt.dataName)
  const rejects = movesOf(outcome.rejects, attempt.rejectsPath, paths.rejects, attempt.rejectsName)
  const record: CommitRecord = {
    part: attempt.part.index,
    files: data.map(({ file }) => file),
    rejectFiles: rejects.map(({ file }) => file),
    rows: outcome.rows,
    ...facts,
  }
  const moves = [...data, ...rejects]
  const link = { from: attempt.recordPath, to: join(paths.commits, recordName(place, attempt)), text: textOf(record) }
  try {
    // Both are on disk before the record is linked; neither needs to wait for the other.
    await allDone([placeFiles(place, moves), stageRecord(place, link)])
    const isOurs = await linkRecord(place, link)
    await removeFiles(place, isOurs ? unusedFiles(attempt, moves) : moves)
    return { record, isOurs }
  } catch (error) {
    // A record that is there names these files, whatever failed after it was linked.
    const left = existsSync(link.to) ? [] : moves
    await removeFiles(place, [...left, ...unusedFiles(attempt, moves), { to: link.from }])
    throw error
  }
}

/** Waits for all of them also where one fails, so that nothing appears behind the back of who cleans up. */
async function allDone(changes: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(changes)
  const failed = settled.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

function recordName({ partCount }: CommitPlace, { part }: PartAttempt): string {
  return `${partName(part.index, partCount)}.json`
}

function textOf(record: CommitRecord): string {
  return `${JSON.stringify(record)}\n`
}

/** Files of the attempt that got no name in the output: empty ones, and those that were not moved. */
function unusedFiles({ dataPath, rejectsPath }: PartAttempt, moves: readonly FileMove[]): readonly { to: string }[] {
  const moved = new Set(moves.map(({ from }) => from))
  return [dataPath, rejectsPath].filter((path) => !moved.has(path)).map((to) => ({ to }))
}

/** As far as they can be: what stays is removed when the next run begins. */
async function removeFiles({ files }: CommitPlace, moves: readonly Pick<FileMove, 'to'>[]): Promise<void> {
  await Promise.allSettled(moves.map(async ({ to }) => await files.remove(to)))
}

/** A part without rows leaves no file, but the first one does: an output without any row can then be read all the same. */
function keptData({ part }: PartAttempt, data: WrittenFile | undefined): WrittenFile | undefined {
  return data?.rowCount === 0 && part.index > 0 ? undefined : data
}

function movesOf(written: WrittenFile | undefined, from: string, folder: string, name: string): readonly FileMove[] {
  if (written === undefined) return []
  const { rowCount, byteLength } = written
  return [{ from, to: join(folder, name), file: { name, rowCount, byteLength } }]
}

async function placeFiles({ paths, files }: CommitPlace, moves: readonly FileMove[]): Promise<void> {
  const folders = [...new Set(moves.map(({ to }) => dirname(to)))]
  for (const folder of folders) {
    await makeFolders(files, folder).catch((error: unknown) => {
      throw sinkFailed(folder, error)
    })
    if (folder !== paths.rejects) await assertWithin(paths.folder, folder)
  }
  for (const { from, to } of moves) {
    await files.rename(from, to).catch((error: unknown) => {
      throw sinkFailed(to, error)
    })
  }
  for (const folder of folders) await files.syncFolder(folder)
}

/** A partition's folder may be a link that leads somewhere else. */
async function assertWithin(folder: string, inner: string): Promise<void> {
  const [outside, inside] = await Promise.all([realpath(folder), realpath(inner)])
  if (inside === outside || inside.startsWith(outside + sep)) return
  throw new PipelineError('CONFIG_INVALID', `folder "${inner}" leads out of the output, to "${inside}"`)
}

interface RecordLink {
  readonly from: string
  readonly to: string
  readonly text: string
}

async function stageRecord({ files }: CommitPlace, { from, to, text }: RecordLink): Promise<void> {
  await files.write(from, text).catch((error: unknown) => {
    throw sinkFailed(to, error)
  })
}

async function linkRecord({ paths, files }: CommitPlace, { from, to, text }: RecordLink): Promise<boolean> {
  try {
    const isLinked = await files.link(from, to)
    // Over a network the answer to a link that was made may get lost, and asked again it is there already.
    const isOurs = isLinked || readFileSync(to, 'utf8') === text
    await Promise.all([files.syncFolder(paths.commits), files.remove(from)])
    return isOurs
  } catch (error) {
    throw sinkFailed(to, error)
  }
}

/** Rows that go in and don't come out anywhere are a defect, and no such part may be committed. */
function assertRows({ part }: PartAttempt, { data, rejects, rows }: PartOutcome): void {
  const { in: read, out, filtered, rejected, written } = rows
  const isWhole = read === out + filtered + rejected
  if (isWhole && written === (data?.rowCount ?? 0) && rejected === (rejects?.rowCount ?? 0)) return
  const message = `part ${part.index} does not add up: expected in = out + filtered + rejected, got ${read} = ${out} + ${filtered} + ${rejected}, with ${data?.rowCount ?? 0} of ${written} rows and ${rejects?.rowCount ?? 0} of ${rejected} rejects in files`
  throw new PipelineError('INTERNAL', message, { details: { part: part.index, rows } })
}
