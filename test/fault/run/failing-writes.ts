import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FaultLog, type FaultResult } from './fault-result.ts'
import { judgeBegun, judgeWhole } from './judge-output.ts'
import { countCommits, readOutput } from './read-output.ts'
import { type ResumableCommand, runToEnd } from './resumable-command.ts'

const preload = fileURLToPath(new URL('./apps/fail-writes.cjs', import.meta.url))

export interface FailingWritesOptions {
  /** Of writes and syncs of files with rows every so many one fails, counted over all runs. */
  readonly every: number
}

/** A disk on which every so many writes one fails: the command is started again until it comes through. */
export async function failWrites(subject: ResumableCommand, { every }: FailingWritesOptions): Promise<FaultResult> {
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-writes-'))
  const [alone, output, counter] = [join(folder, 'alone'), join(folder, 'output'), join(folder, 'count')]
  const log = new FaultLog()
  try {
    await runToEnd(subject, alone)
    const expected = readOutput(alone)
    writeFileSync(counter, '')
    const env = {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require ${preload}`,
      FAIL_WRITES_EVERY: String(every),
      FAIL_WRITES_WITHIN: output,
      FAIL_WRITES_COUNT: counter,
    }
    let trials = 0
    for (let idle = 0; idle < 4; ) {
      trials++
      const before = countCommits(output)
      const end = await runToEnd(subject, output, env)
      log.end(end)
      if (end.code === 0) break
      log.expect(`run ${trials}`, end.code === 1, `it ended with ${end.code}: ${end.stderr}`)
      log.problems(`run ${trials}`, judgeBegun(readOutput(output), expected))
      idle = countCommits(output) > before ? 0 : idle + 1
    }
    log.expect('all', readFileSync(counter).length >= every, 'no write failed: this says nothing')
    log.problems('all', judgeWhole(readOutput(output), expected))
    return log.result(`every ${every}th write fails`, trials)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
