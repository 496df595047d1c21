import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/**
 * Gives this process at least that niceness, with all that it begins from now on. Linux keeps one for each thread, handed on
 * to those that a thread begins: those that V8 and libuv have begun before are told too. Elsewhere it is the process' own.
 */
export function standBack(nice: number): void {
  if (process.platform !== 'linux') {
    yieldTo(process.pid, nice)
    return
  }
  const told = new Set<number>()
  // One that had not been told may have begun another after the folder was read.
  for (let untold = newThreads(told); untold.length > 0; untold = newThreads(told)) {
    for (const thread of untold) {
      yieldTo(thread, nice)
      told.add(thread)
    }
  }
}

function newThreads(told: ReadonlySet<number>): readonly number[] {
  const threads = readdirSync('/proc/self/task').map(Number)
  return threads.filter((thread) => !told.has(thread))
}

/** Who stands back further already stays there: only the system's administrator may call it forward. */
function yieldTo(id: number, nice: number): void {
  try {
    if (getPriority(id) < nice) setPriority(id, nice)
  } catch (error) {
    // It has ended since.
    if (!isNoSuchProcess(error)) throw error
  }
}

/** Of `os`: the number of the error stands among the details of the call. */
function isNoSuchProcess(error: unknown): boolean {
  if (!(error instanceof Error) || !('errno' in error)) return false
  return error.errno === -constants.errno.ESRCH
}
