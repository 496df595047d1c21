import { isMainThread, workerData } from 'node:worker_threads'
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

/** What a slot's thread was told at its start. */
function slotData(): Readonly<Record<string, unknown>> | undefined {
  const data: unknown = workerData
  return !isMainThread && typeof data === 'object' && data !== null ? { ...data } : undefined
}
