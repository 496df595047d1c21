import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { FaultLog, type FaultResult } from './fault-result.ts'
import { judgeBegun, judgeWhole } from './judge-output.ts'
import { readOutput } from './read-output.ts'
import { CommandRun, type ResumableCommand, runToEnd } from './resumable-command.ts'

export interface KillOptions {
  /** Each a run of its own that is killed once and then resumed. */
  readonly moments: number
  readonly seed: number
}

/** `kill -9` of the main process at moments spread over a whole run, from before its first line to after its last. */
export async function killAndResume(subject: ResumableCommand, { moments, seed }: KillOptions): Promise<FaultResult> {
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
      const afterMs = random.next() * wholeMs
      const output = join(folder, `killed-${trial}`)
      const name = `kill ${trial} after ${afterMs.toFixed(0)} of ${wholeMs.toFixed(0)} ms`
      const run = new CommandRun(subject, output)
      const timer = setTimeout(() => run.kill('SIGKILL'), afterMs)
      log.end(await run.ended)
      clearTimeout(timer)
      log.problems(name, judgeBegun(readOutput(output), expected))
      const resumed = await runToEnd(subject, output)
      log.expect(name, resumed.code === 0, `resumed, it ended with ${resumed.code}: ${resumed.stderr}`)
      log.problems(name, judgeWhole(readOutput(output), expected))
      rmSync(output, { recursive: true, force: true })
    }
    return log.result('kill -9, then the same command', moments)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
