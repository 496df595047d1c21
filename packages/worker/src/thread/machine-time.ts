/**
 * Monotonic milliseconds of the machine. Unlike `performance.now()`, which counts from the start of a thread, it means
 * the same in every thread and process.
 */
export function machineMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
