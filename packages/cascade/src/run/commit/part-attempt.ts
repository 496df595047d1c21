import { join } from 'node:path'
import type { Part } from '../plan/run-plan.ts'
import { type OutputPaths, partitionFolder, partName } from './output-paths.ts'

/** One try at a part: where its rows are written, and what the files are called once they are committed. */
export interface PartAttempt {
  readonly part: Part
  /** A file that is not there: for the part's rows. */
  readonly dataPath: string
  /** A file that is not there: for its rejected rows. */
  readonly rejectsPath: string
  readonly recordPath: string
  /** Relative to the output's folder. */
  readonly dataName: string
  /** Relative to the folder of rejects. */
  readonly rejectsName: string
}

export interface AttemptNaming {
  readonly paths: OutputPaths
  readonly partCount: number
  readonly token: string
  /** Without a dot. */
  readonly extension: string
  readonly rejectsExtension: string
}

/** Names that no other attempt has: `part-00007-3f9c2a10-1`, of which the last is the number of the try in this run. */
export function nameAttempt(part: Part, tryNumber: number, naming: AttemptNaming): PartAttempt {
  const { paths, token, extension, rejectsExtension } = naming
  const name = `part-${partName(part.index, naming.partCount)}-${token}-${tryNumber}`
  return {
    part,
    dataPath: join(paths.attempts, token, `.${name}.tmp`),
    rejectsPath: join(paths.rejectAttempts, token, `.${name}.rejects.tmp`),
    recordPath: join(paths.attempts, token, `.${name}.json`),
    dataName: join(partitionFolder(part.partition), `${name}.${extension}`),
    rejectsName: `${name}.${rejectsExtension}`,
  }
}
