import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultLog, type FaultResult } from './fault-result.ts'
import { judgeWhole } from './judge-output.ts'
import { countCommits, newestEpoch, readOutput } from './read-output.ts'
import { CommandRun, type ResumableCommand, runToEnd } from './resumable-command.ts'

const lockedCode = 5

export interface ZombieOptions {
  /** The silence after which another run may take over. It is not waited for: the lease is made as old. */
  readonly leaseMs: number
  /** `while`: the first run wakes up while the second is at work; `after`: when it has ended. */
  readonly wakes: 'while' | 'after'
}

/** A run that is stopped, loses its place to another one, and then goes on as if nothing had happened. */
export async function wakeZombie(subject: ResumableCommand, { leaseMs, wakes }: ZombieOptions): Promise<FaultResult> {
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-zombie-'))
  const log = new FaultLog()
  const [alone, contested] = [join(folder, 'alone'), join(folder, 'contested')]
  try {
    await runToEnd(subject, alone)
    const zombie = new CommandRun(subject, contested)
    const hasBegun = await zombie.until(() => countCommits(contested) > 0)
    zombie.kill('SIGSTOP')
    log.expect('zombie', hasBegun && !readOutput(contested).isComplete, 'it was over before it could be stopped')
    age(newestEpoch(contested), leaseMs)
    const heir = new CommandRun(subject, contested)
    const stopped = countCommits(contested)
    if (wakes === 'while') await heir.until(() => countCommits(contested) > stopped)
    else await heir.ended
    zombie.kill('SIGCONT')
    const [ended, taken] = await Promise.all([zombie.ended, heir.ended])
    log.end(ended)
    log.expect('zombie', ended.code === lockedCode, `it ended with ${ended.code}, expected ${lockedCode}`)
    log.expect('heir', taken.code === 0, `it ended with ${taken.code}: ${taken.stderr}`)
    log.problems('output', judgeWhole(readOutput(contested), readOutput(alone)))
    return log.result(`a stopped run that wakes up ${wakes} another ${wakes === 'while' ? 'works' : 'has worked'}`, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** As if its holder had last said that it lives a little longer ago than the lease allows. */
function age(epoch: string | undefined, leaseMs: number): void {
  if (epoch === undefined) throw new Error('nobody holds the output')
  const then = new Date(Date.now() - 2 * leaseMs)
  utimesSync(epoch, then, then)
}
