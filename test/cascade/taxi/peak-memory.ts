import { readFileSync } from 'node:fs'
import type { CascadeProcess, Ended } from '../cascade-process.ts'

/** Runs to its end. The kernel keeps the peak of a process itself, so the last look is the peak but for its end. */
export async function peakOf(run: CascadeProcess): Promise<{ readonly ended: Ended; readonly peakBytes: number }> {
  let peakBytes = 0
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, readPeak(run.pid))
  }, 20)
  const ended = await run.ended
  clearInterval(timer)
  return { ended, peakBytes }
}

/** Resident memory at its highest; 0 where the process has ended. */
function readPeak(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
