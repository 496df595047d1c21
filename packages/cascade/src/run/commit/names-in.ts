import { readdirSync } from 'node:fs'
import { systemCodeOf } from './durable-files.ts'

/** Names in a folder; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    unlessAbsent(error)
    return []
  }
}

/** For what may be gone already: throws what is wrong beside that. */
export function unlessAbsent(error: unknown): void {
  if (systemCodeOf(error) !== 'ENOENT') throw error
}
