import type { ReaderNotes } from '../../source/source-format.ts'
import type { ReadTask } from '../read/read-messages.ts'
import type { WriteTask } from '../write/write-messages.ts'

/** The reading or the writing of one part. */
export type FileTask = ReadTask | WriteTask

/** What this thread found out, for the parts it reads next. */
const notes: ReaderNotes = { recordStarts: new Map() }

/** What Piscina calls in a thread that reads and writes files. */
export default async function work(task: FileTask): Promise<void> {
  if (task.kind === 'read') {
    const { readPart } = await import('../read/read-part.ts')
    return await readPart(task, notes)
  }
  const { writePart } = await import('../write/write-part.ts')
  return await writePart(task)
}
