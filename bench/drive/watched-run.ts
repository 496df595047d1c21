import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BatchContender, BatchJob } from '../contender/batch-contender.ts'

export interface RunEnd {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly seconds: number
  /** From the command to the first record of a part; undefined where there was none. */
  readonly firstCommitSeconds: number | undefined
  readonly stdout: string
  readonly stderr: string
}

const lookEveryMs = 2

/** A run that is watched from outside, and killed after `killAfterMs` where that is given. */
export async function watchRun(contender: BatchContender, job: BatchJob, killAfterMs?: number): Promise<RunEnd> {
  const startedAt = performance.now()
  const since = (): number => (performance.now() - startedAt) / 1000
  const child = spawn(contender.command, contender.args(job), { stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (piece: string) => void (texts.stdout += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => void (texts.stderr += piece))
  const ended = once(child, 'close')
  let firstCommitSeconds: number | undefined
  const look = setInterval(() => {
    if (firstCommitSeconds === undefined && committedParts(job.output) > 0) firstCommitSeconds = since()
  }, lookEveryMs)
  const kill = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  await ended
  clearInterval(look)
  clearTimeout(kill)
  return { code: child.exitCode, seconds: since(), firstCommitSeconds, ...texts }
}

/** By the records that are there. */
export function committedParts(output: string): number {
  const commits = join(output, '_cascade', 'commits')
  return existsSync(commits) ? readdirSync(commits).length : 0
}
