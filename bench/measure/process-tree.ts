import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Processor time of the process and all its descendants so far, in microseconds. */
export function cpuMicros(root: number): number {
  let ticks = 0
  for (const pid of descendants(root)) {
    const fields = statFields(pid)
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  }
  return (ticks * 1_000_000) / ticksPerSecond
}

/** Processor time of all processes that this one has begun and that have ended, with theirs, in microseconds. */
export function endedCpuMicros(): number {
  const fields = statFields(process.pid)
  return ((Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * 1_000_000) / ticksPerSecond
}

/**
 * Memory of their own that the process and all its descendants hold in RAM. What several share is divided among them;
 * pages of program files, which depend on what else runs, are left out.
 */
export function ownBytes(root: number): number {
  let kibibytes = 0
  for (const pid of descendants(root)) {
    const text = readOrEmpty(`/proc/${pid}/smaps_rollup`)
    for (const [, size = '0'] of text.matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB$/gm)) kibibytes += Number(size)
  }
  return kibibytes * 1024
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statFields(Number(name))[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found = [root]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

/** The fields of /proc/…/stat after the command's name, which may hold spaces: state, parent, …. */
function statFields(pid: number): readonly string[] {
  const text = readOrEmpty(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** A process may end between being listed and being read. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
