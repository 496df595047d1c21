import type { Exposition } from './exposition.ts'

/** Writes what the system counts of this process. */
export function exposeProcess(exposition: Exposition): void {
  const { user, system } = process.cpuUsage()
  exposition.set('process_cpu_seconds_total', {}, (user + system) / 1e6)
  exposition.set('process_resident_memory_bytes', {}, process.memoryUsage.rss())
}
