import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { cascadeBin, FlowFolder } from './flow-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const batches = 300

/** Each batch takes a megabyte beside the heap, and tells how often V8 has collected all of its thread's until then. */
const flow = `
  import { asset, source } from '@redesmyn/cascade'
  import { pipe, stage } from '@redesmyn/core'
  import { constants, PerformanceObserver } from 'node:perf_hooks'
  import { Type } from 'typebox'
  let whole = 0
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) whole += 1
  })
  observer.observe({ entryTypes: ['gc'] })
  const Row = Type.Object({ id: Type.Number() })
  const count = stage({
    name: 'count', input: Row, output: Type.Object({ whole: Type.Number() }), threads: 1,
    async handler(batch) {
      const numbers = new Float32Array(262_144)
      // What the observer is to be told comes in a turn of its own.
      await new Promise(setImmediate)
      return { whole: batch.column('id').map((id) => whole + numbers[0]) }
    },
  })
  const rows = source({ name: 'rows', schema: Row, from: 'in/*.ndjson' })
  export const counted = asset({ name: 'counted', input: rows, pipeline: pipe(count), to: 'out/', format: 'ndjson', batchRows: 1 })
`

/** How often all of the thread's heap was collected. */
async function wholeCollections(nodeFlags: readonly string[]): Promise<number> {
  const folder = await FlowFolder.create({ 'all.ndjson': Array.from({ length: batches }, (_, id) => id) })
  await writeFile(join(folder.path, 'heaps.ts'), flow)
  const command = [...nodeFlags, cascadeBin, 'run', 'heaps.ts#counted']
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder.path, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  const lines = folder
    .manifest()
    .files.flatMap(({ name }) => readFileSync(join(folder.out, name), 'utf8').trim().split('\n'))
  expect(lines).toHaveLength(batches)
  const last: { readonly whole: number } = JSON.parse(lines[batches - 1])
  return last.whole
}

test('batches of a megabyte do not have the whole heap of their thread collected every few of them', async () => {
  const [eased, asNodeWould] = [await wholeCollections([]), await wholeCollections(['--initial-old-space-size=1'])]

  expect(eased * 4).toBeLessThan(asNodeWould)
})
