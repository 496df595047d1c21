import { getEnvironmentData, isMainThread, workerData } from 'node:worker_threads'
import { NativeGuard } from './native-guard.ts'

/** Runs a call into native code that must not be cut off. */
export type NativeCall = <Result>(call: () => Promise<Result>) => Promise<Result>

/**
 * How native code is called in this thread: in a slot so that nobody ends the thread meanwhile; in a script's own
 * thread, which nobody ends, just so.
 */
export function nativeCall(): NativeCall {
  const control = slotData()?.control
  if (!(control instanceof SharedArrayBuffer)) return (call) => call()
  const guard = new NativeGuard(control, () => process.exit())
  return (call) => guard.run(call)
}

/** Where the relative paths of options resolve: the app module's folder, or in a script the working directory. */
export function appFolder(): string {
  const folder = slotData()?.appFolder
  return typeof folder === 'string' ? folder : process.cwd()
}

/** Where the process of a slot keeps what a thread finds in its workerData. */
export const slotDataKey = 'redesmyn.slot'

/** What a slot's thread or process was told at its start. */
function slotData(): Readonly<Record<string, unknown>> | undefined {
  const data: unknown = isMainThread ? getEnvironmentData(slotDataKey) : workerData
  return typeof data === 'object' && data !== null ? { ...data } : undefined
}
