import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultLog, type FaultResult } from './fault-result.ts'
import { judgeWhole } from './judge-output.ts'
import { newestEpoch, readOutput } from './read-output.ts'
import { CommandRun, type ResumableCommand, runToEnd } from './resumable-command.ts'

const lockedCode = 5

/** A second run on an output that another one holds: it must name the holder and touch nothing. */
export async function startSecondRun(subject: ResumableCommand): Promise<FaultResult> {
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-two-'))
  const log = new FaultLog()
  const [alone, contested] = [join(folder, 'alone'), join(folder, 'contested')]
  try {
    await runToEnd(subject, alone)
    const first = new CommandRun(subject, contested)
    const holds = await first.until(() => newestEpoch(contested) !== undefined)
    log.expect('first', holds, 'it ended before it said that it holds the output')
    const second = await runToEnd(subject, contested)
    log.expect('second', first.isRunning, 'the first had ended already: this says nothing')
    log.end(second)
    log.expect('second', second.code === lockedCode, `it ended with ${second.code}, expected ${lockedCode}`)
    log.expect('second', second.stderr.includes(String(first.pid)), `it does not name the holder: ${second.stderr}`)
    log.expect('second', second.stderr.includes(hostname()), `it does not name the host: ${second.stderr}`)
    const ended = await first.ended
    log.expect('first', ended.code === 0, `it ended with ${ended.code}: ${ended.stderr}`)
    log.problems('output', judgeWhole(readOutput(contested), readOutput(alone)))
    return log.result('two runs on one output', 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
