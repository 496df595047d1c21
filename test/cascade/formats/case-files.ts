import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ObjectSchema } from '@redesmyn/core'
import { afterAll, beforeAll } from 'vitest'
import type { FormatCase } from './format-cases.ts'
import { type Rows, writeRows } from './format-under-test.ts'

/** Files of one format, in a folder of the suite's own. */
export interface CaseFiles {
  /** Of a file that is not there yet. */
  newPath(): string
  /** Writes a file with these rows; gives its path. */
  write(schema: ObjectSchema, rows: Rows, options?: Parameters<typeof writeRows>[4]): Promise<string>
}

/** To be called where the suite's tests are declared: the folder goes with the last of them. */
export function caseFiles({ format, extension, options }: FormatCase): CaseFiles {
  let folder: string
  let fileCount = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'formats-'))
  })
  afterAll(async () => await rm(folder, { recursive: true }))
  const newPath = (): string => join(folder, `${fileCount++}.${extension}`)
  return {
    newPath,
    async write(schema, rows, given = {}) {
      const path = newPath()
      await writeRows(format, path, schema, rows, { ...options, ...given })
      return path
    },
  }
}
