import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One text for the bytes of all files of an output, in the order of its parts, whatever their names. */
export function digestOutput(output: string): string {
  const hash = createHash('sha256')
  const commits = join(output, '_cascade', 'commits')
  for (const record of readdirSync(commits).toSorted()) {
    const { files }: { files: readonly { name: string }[] } = JSON.parse(readFileSync(join(commits, record), 'utf8'))
    hash.update(record)
    for (const { name } of files) hash.update(readFileSync(join(output, name)))
  }
  return hash.digest('hex')
}
