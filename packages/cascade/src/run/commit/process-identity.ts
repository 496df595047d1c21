import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process so that others can tell whether it still lives. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** When the process began, and in which kernel and set of process ids; undefined where the system does not say. */
  readonly birth: string | undefined
}

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, birth: birthOf(process.pid) }
}

/**
 * Whether it has surely ended. False also where that cannot be told: on another host, or in another container, whose
 * process ids mean nothing here.
 */
export function hasEnded({ host, pid, birth }: ProcessIdentity): boolean {
  const own = ownIdentity()
  if (host !== own.host || birth === undefined || own.birth === undefined) return false
  if (spaceOf(birth) !== spaceOf(own.birth)) return false
  const found = birthOf(pid)
  return found === undefined ? !canBeSignalled(pid) : found !== birth
}

/** Linux only: `<boot>/<process id namespace>/<ticks since boot>`. A number that was given to a new process has another. */
function birthOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const space = readlinkSync('/proc/self/ns/pid')
    const [state, ...fields] = statFields(pid)
    return isGone(state) ? undefined : `${boot}/${space}/${fields[18]}`
  } catch {
    return undefined
  }
}

function stateOf(pid: number): string | undefined {
  try {
    return statFields(pid)[0]
  } catch {
    return undefined
  }
}

/** What follows the program's name, which stands in brackets and may hold anything: the state is the first. */
function statFields(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Processes of other users may be hidden in /proc; they can't be signalled either, but that says that they are there. */
function canBeSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isGone(stateOf(pid))
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A zombie or a dead process: it runs nothing any more, though its parent has not noticed. */
function isGone(state: string | undefined): boolean {
  return state === 'Z' || state === 'X'
}

function spaceOf(birth: string): string {
  return birth.slice(0, birth.lastIndexOf('/'))
}
