import { workerData } from 'node:worker_threads'
import { NativeGuard } from '../interop/native-guard.ts'
import type { SlotAnswer, SlotData, SlotTask } from './protocol.ts'
import { SlotRuntime } from './slot-runtime.ts'
import { ThreadLink } from './thread-link.ts'

// Traces of the app's errors name the user's own files and lines.
process.setSourceMapsEnabled(true)

const data: SlotData = workerData
const runtime = new SlotRuntime(data, new NativeGuard(data.control, () => process.exit()))

process.on('unhandledRejection', (reason) => runtime.onStray(reason))

/** What Piscina calls for every task. The app is loaded by the first, not by this import: a failure here would hang it. */
export default function run(task: SlotTask): Promise<SlotAnswer> {
  switch (task.kind) {
    case 'start':
      return runtime.start()
    case 'load':
      return runtime.load(task)
    case 'unload':
      return runtime.unload(task)
    case 'close':
      return runtime.close()
    case 'serve':
      return new ThreadLink(runtime, task).serve().then(() => ({ kind: 'served' }))
  }
}
