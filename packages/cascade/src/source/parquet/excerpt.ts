import { readExactly } from '../read-exactly.ts'
import { sourceFailure } from '../source-failure.ts'
import type { ParquetFile } from './open-parquet.ts'
import { type ColumnChunk, moveGroup, parquetMagic, writeFooter } from './parquet-footer.ts'
import { projectFooter } from './project-footer.ts'

/**
 * A Parquet file in memory that holds some columns of one row group of another and nothing else: the pages as they are,
 * and a footer that says where they lie now.
 */
export async function readExcerpt(
  file: ParquetFile,
  groupIndex: number,
  names: ReadonlySet<string>,
): Promise<Uint8Array> {
  const group = file.footer.groups[groupIndex]
  const chunks = group.chunks.filter(({ path }) => names.has(path[0]))
  for (const chunk of chunks) assertInside(file, chunk)
  const moves = new Map<ColumnChunk, number>()
  let end = parquetMagic.length
  for (const chunk of chunks) {
    moves.set(chunk, end - chunk.start)
    end += chunk.byteLength
  }
  const footer = writeFooter(projectFooter(file.footer, names), [moveGroup(group, moves)])
  const bytes = new Uint8Array(end + footer.length + 4 + parquetMagic.length)
  putMagic(bytes, 0)
  await Promise.all(neighbours(chunks).map((run) => readRun(file, bytes, run, moves)))
  bytes.set(footer, end)
  new DataView(bytes.buffer).setUint32(end + footer.length, footer.length, true)
  putMagic(bytes, end + footer.length + 4)
  return bytes
}

/** A Parquet file in memory that has a footer and no pages: enough to ask for its schema. */
export function footerOnly(footerBytes: Uint8Array): Uint8Array {
  const start = parquetMagic.length
  const bytes = new Uint8Array(start + footerBytes.length + 4 + parquetMagic.length)
  putMagic(bytes, 0)
  bytes.set(footerBytes, start)
  new DataView(bytes.buffer).setUint32(start + footerBytes.length, footerBytes.length, true)
  putMagic(bytes, start + footerBytes.length + 4)
  return bytes
}

type Run = readonly [first: ColumnChunk, ...rest: ColumnChunk[]]

/** Chunks that lie one behind the other in both files, to be read at once. */
function neighbours(chunks: readonly ColumnChunk[]): Run[] {
  const runs: [ColumnChunk, ...ColumnChunk[]][] = []
  let end = -1
  for (const chunk of chunks) {
    if (chunk.start === end) runs.at(-1)?.push(chunk)
    else runs.push([chunk])
    end = chunk.start + chunk.byteLength
  }
  return runs
}

async function readRun(
  file: ParquetFile,
  bytes: Uint8Array,
  run: Run,
  moves: ReadonlyMap<ColumnChunk, number>,
): Promise<void> {
  const [first] = run
  const byteLength = run.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  const target = first.start + (moves.get(first) ?? 0)
  await readExactly(file, bytes.subarray(target, target + byteLength), first.start)
}

function assertInside({ path, byteLength }: ParquetFile, chunk: ColumnChunk): void {
  const end = chunk.start + chunk.byteLength
  if (chunk.start >= 0 && chunk.byteLength >= 0 && end <= byteLength) return
  throw sourceFailure(path, `expected column "${chunk.path.join('.')}" up to byte ${end}, got ${byteLength} bytes`)
}

function putMagic(bytes: Uint8Array, place: number): void {
  new TextEncoder().encodeInto(parquetMagic, bytes.subarray(place))
}
