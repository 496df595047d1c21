import { readFileSync } from 'node:fs'

export interface MemorySample {
  /** Since the run was started. */
  readonly seconds: number
  readonly bytes: number
}

/** What a process holds in memory by itself, without the pages of program files; 0 where it has ended. */
export function ownMemory(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kibibytes = status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)
    return Array.from(kibibytes, ([, size]) => Number(size) * 1024).reduce((sum, bytes) => sum + bytes, 0)
  } catch {
    return 0
  }
}

/** Of the line through the samples that come after the first third, in which everything gets warm: bytes a minute. */
export function memorySlope(samples: readonly MemorySample[]): number {
  const warm = samples.slice(Math.floor(samples.length / 3))
  const meanSeconds = mean(warm.map(({ seconds }) => seconds))
  const meanBytes = mean(warm.map(({ bytes }) => bytes))
  const common = mean(warm.map(({ seconds, bytes }) => (seconds - meanSeconds) * (bytes - meanBytes)))
  const own = mean(warm.map(({ seconds }) => (seconds - meanSeconds) ** 2))
  return (common / own) * 60
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
