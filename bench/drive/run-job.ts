import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import type { BatchContender, BatchJob } from '../contender/batch-contender.ts'
import { cpuMicros, endedCpuMicros, ownBytes } from '../measure/process-tree.ts'

/** A look at a large process stops it, and takes a core, for milliseconds: as seldom as it may be for runs of seconds. */
const lookEveryMs = 200

/** A whole run, from its command to its end: what it took, and what it wrote to stdout. */
export interface JobSample {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly stdout: string
}

/** Runs a contender into an empty folder. Throws with what it wrote to stderr where it fails. */
export async function runJob(contender: BatchContender, job: BatchJob): Promise<JobSample> {
  await rm(job.output, { recursive: true, force: true })
  const cpuBefore = endedCpuMicros()
  const startedAt = performance.now()
  const child = spawn(contender.command, contender.args(job), { stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (piece: string) => void (texts.stdout += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    texts.stderr = (texts.stderr + piece).slice(-4000)
  })
  const seen = { peakBytes: 0, cpuMicros: 0 }
  const timer = setInterval(() => {
    const pid = child.pid ?? -1
    seen.peakBytes = Math.max(seen.peakBytes, ownBytes(pid))
    seen.cpuMicros = Math.max(seen.cpuMicros, cpuMicros(pid))
  }, lookEveryMs)
  await once(child, 'close')
  clearInterval(timer)
  const seconds = (performance.now() - startedAt) / 1000
  if (child.exitCode !== 0) {
    throw new Error(`${contender.name} ended with ${child.exitCode ?? child.signalCode}\n${texts.stderr}`)
  }
  // The first lacks what was used since the last look, the second processes that nobody has waited for.
  const cpuSeconds = Math.max(seen.cpuMicros, endedCpuMicros() - cpuBefore) / 1e6
  return { seconds, cpuSeconds, peakBytes: seen.peakBytes, stdout: texts.stdout }
}
