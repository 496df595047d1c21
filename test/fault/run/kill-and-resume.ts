import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { FaultLog, type FaultResult } from './fault-result.ts'
import { judgeBegun, judgeWhole } from './judge-output.ts'
import { countCommits, readOutput } from './read-output.ts'
import { type CommandEnd, CommandRun, type ResumableCommand, runToEnd } from './resumable-command.ts'

export interface KillOptions {
  /** Each a run of its own that is killed once and then resumed. */
  readonly moments: number
  readonly seed: number
  /** After each of them: how many there were. */
  readonly onKill?: (count: number) => void
}

/** When to kill: at some time of a run, or some time after so many parts are in, while the next ones are written. */
interface Moment {
  readonly commits: number
  readonly thenMs: number
}

/** `kill -9` of the main process at moments spread over a whole run, from before its first line to after its last. */
export async function killAndResume(subject: ResumableCommand, options: KillOptions): Promise<FaultResult> {
  const { moments, seed, onKill } = options
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-kill-'))
  const random = new SeededRandom(seed)
  const log = new FaultLog()
  try {
    const startedAt = performance.now()
    const first = await runToEnd(subject, join(folder, 'undisturbed'))
    const wholeMs = performance.now() - startedAt
    if (first.code !== 0) throw new Error(`${subject.name} ended with ${first.code} undisturbed: ${first.stderr}`)
    const expected = readOutput(join(folder, 'undisturbed'))
    log.problems('undisturbed', judgeWhole(expected, expected))
    for (let trial = 1; trial <= moments; trial++) {
      const output = join(folder, `killed-${trial}`)
      const moment = trial % 2 === 1 ? anyPart(expected.parts.size, wholeMs, random) : anyTime(wholeMs, random)
      const name = `kill ${trial}, ${moment.thenMs.toFixed(0)} ms after ${moment.commits} parts`
      log.end(await killAt(new CommandRun(subject, output), output, moment))
      log.problems(name, judgeBegun(readOutput(output), expected))
      const resumed = await runToEnd(subject, output)
      log.expect(name, resumed.code === 0, `resumed, it ended with ${resumed.code}: ${resumed.stderr}`)
      log.problems(name, judgeWhole(readOutput(output), expected))
      rmSync(output, { recursive: true, force: true })
      onKill?.(trial)
    }
    return log.result('kill -9, then the same command', moments)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function anyTime(wholeMs: number, random: SeededRandom): Moment {
  return { commits: 0, thenMs: random.next() * wholeMs }
}

function anyPart(partCount: number, wholeMs: number, random: SeededRandom): Moment {
  return { commits: 1 + random.below(partCount - 1), thenMs: (random.next() * wholeMs) / partCount / 4 }
}

async function killAt(run: CommandRun, output: string, { commits, thenMs }: Moment): Promise<CommandEnd> {
  await run.until(() => countCommits(output) >= commits)
  const timer = setTimeout(() => run.kill('SIGKILL'), thenMs)
  const end = await run.ended
  clearTimeout(timer)
  return end
}
