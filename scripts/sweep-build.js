import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Folders that hold sources, and where the compiler puts what it makes of them. */
const builds = [
  { sources: 'packages/core/src', output: 'packages/core/dist' },
  { sources: 'packages/worker/src', output: 'packages/worker/dist' },
  { sources: 'packages/cascade/src', output: 'packages/cascade/dist' },
  { sources: 'examples', output: 'examples/dist' },
  { sources: 'bench', output: 'bench/dist' },
]

/** Removes compiled files whose source is gone: the compiler leaves them, and imports of them would go on working. */
export function sweepBuild(root) {
  for (const { sources, output } of builds) {
    const folder = join(root, output)
    if (!existsSync(folder)) continue
    for (const path of filesUnder(folder)) {
      const name = relative(folder, path).replace(/(\.js|\.d\.ts)(\.map)?$/, '')
      const isCompiled = name !== relative(folder, path)
      if (isCompiled && !existsSync(join(root, sources, `${name}.ts`))) rmSync(path)
    }
  }
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}
