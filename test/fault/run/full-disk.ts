import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultLog, type FaultResult } from './fault-result.ts'
import { judgeBegun, judgeWhole } from './judge-output.ts'
import { readOutput } from './read-output.ts'
import { type ResumableCommand, runToEnd } from './resumable-command.ts'

export interface FullDiskOptions {
  /** Smaller than the output. */
  readonly smallBytes: number
  readonly largeBytes: number
}

const fault = 'a full disk, then a larger one'

/** A file system of its own that is too small for the output, and then grows: needs root. */
export async function fillDisk(subject: ResumableCommand, options: FullDiskOptions): Promise<FaultResult> {
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-disk-'))
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const log = new FaultLog()
  try {
    const complaint = mount(['-t', 'tmpfs', '-o', `size=${options.smallBytes}`, 'tmpfs', disk])
    if (complaint !== undefined) return { ...log.result(fault, 0), skipped: `no disk to fill: ${complaint}` }
    await runToEnd(subject, join(folder, 'alone'))
    const expected = readOutput(join(folder, 'alone'))
    const output = join(disk, 'output')
    const full = await runToEnd(subject, output)
    log.end(full)
    log.expect('full', full.code !== null && full.code !== 0, `it ended with ${full.code ?? full.signal}`)
    log.expect('full', /ENOSPC|no space/i.test(full.stderr), `it does not say what is wrong: ${full.stderr}`)
    log.problems('full', judgeBegun(readOutput(output), expected))
    mount(['-o', `remount,size=${options.largeBytes}`, disk])
    const resumed = await runToEnd(subject, output)
    log.expect('larger', resumed.code === 0, `it ended with ${resumed.code}: ${resumed.stderr}`)
    log.problems('larger', judgeWhole(readOutput(output), expected))
    return log.result(fault, 1)
  } finally {
    spawnSync('umount', [disk])
    rmSync(folder, { recursive: true })
  }
}

/** What it complains about; undefined where it worked. */
function mount(args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}
