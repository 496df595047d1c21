import { readdirSync, readFileSync } from 'node:fs'

/** Of each thread of a process that has not ended: proc(5), the 19th field, counted behind the name in brackets. */
export function nicenessOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) => {
    const fields = readOf(pid, thread, 'stat')
      ?.replace(/^.*\) /s, '')
      .split(' ')
    return fields === undefined ? [] : [Number(fields[16])]
  })
}

/** The processes that any thread of a process has begun, and those that they have. */
export function descendantsOf(pid: number): readonly number[] {
  const children = threadsOf(pid).flatMap((thread) => (readOf(pid, thread, 'children') ?? '').split(' '))
  const pids = children.filter((child) => child !== '').map(Number)
  return pids.flatMap((child) => [child, ...descendantsOf(child)])
}

/** What a process was started with; nothing where it has ended. */
export function commandOf(pid: number): readonly string[] {
  return unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? []
}

function threadsOf(pid: number): readonly string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? []
}

function readOf(pid: number, thread: string, file: string): string | undefined {
  return unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8'))
}

/** Threads end while they are looked at. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
