import type { ReaderNotes } from '../../source/source-format.ts'
import { readPart } from './read-part.ts'
import type { ReadTask } from './read-messages.ts'

/** What this thread found out, for the parts it reads next. */
const notes: ReaderNotes = { recordStarts: new Map() }

/** What Piscina calls in a reader's thread, once for each part. */
export default function read(task: ReadTask): Promise<void> {
  return readPart(task, notes)
}
