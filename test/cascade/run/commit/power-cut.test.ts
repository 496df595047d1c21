import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'
import { findOutput } from '../../../../packages/cascade/dist/run/commit/find-output.js'
import { SeededRandom } from '../../../fuzz/seeded-random.ts'
import { type Luck, PowerCut } from './power-cut.ts'
import { allOut, dataFiles, expectedHash, hashOf, makeAll, open, planOf, rowsOfPart, textOf } from './written-output.ts'

const partCount = 4

interface RecordedRun {
  readonly cut: PowerCut
  /** After how many steps each part was told to be committed, or all of them to be complete. */
  readonly toldAfter: ReadonlyMap<number | 'complete', number>
}

async function recordRun(publish: 'part' | 'atomic'): Promise<RecordedRun> {
  const root = await mkdtemp(join(tmpdir(), 'recorded-'))
  const cut = new PowerCut(root)
  const plan = planOf(join(root, 'out'), partCount)
  const toldAfter = new Map<number | 'complete', number>()
  const output = await open(plan, { publish, files: cut.watch(nodeFiles()) })
  for (const part of output.openParts) {
    const attempt = output.beginPart(part)
    const text = textOf(part.index)
    await writeFile(attempt.dataPath, text, { flush: true })
    cut.wrote(attempt.dataPath, text)
    await output.commit(attempt, {
      data: { rowCount: rowsOfPart, byteLength: text.length },
      rejects: undefined,
      rows: allOut,
    })
    toldAfter.set(part.index, cut.stepCount)
  }
  await output.finish()
  toldAfter.set('complete', cut.stepCount)
  await output.close()
  return { cut, toldAfter }
}

test.each(['part', 'atomic'] as const)(
  'C26 a power cut after any step leaves what a run goes on from to the same bytes, published by %s',
  async (publish) => {
    const { cut, toldAfter } = await recordRun(publish)
    const random = new SeededRandom(26)
    const lucks: readonly Luck[] = ['none', 'all', () => random.next() < 0.5]
    expect(cut.stepCount).toBeGreaterThan(50)

    for (let count = 0; count <= cut.stepCount; count++) {
      const luck = lucks[count % lucks.length]
      const root = await mkdtemp(join(tmpdir(), 'cut-'))
      cut.replay(count, luck, root)
      const folder = join(root, 'out')
      const plan = planOf(folder, partCount)
      const isComplete = findOutput(plan, { acceptDrift: false }) !== undefined
      const begun = join(publish === 'part' || isComplete ? folder : join(root, '.out.unpublished'), '_cascade/commits')
      for (const [part, steps] of toldAfter) {
        if (steps > count) continue
        // What was told is there, whatever is lost.
        if (part === 'complete') expect(isComplete).toBe(true)
        else expect(existsSync(join(begun, `0000${part}.json`))).toBe(true)
      }

      if (!isComplete) await makeAll(plan, { publish, runId: 'next' })

      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
      expect(hashOf(folder)).toBe(expectedHash(partCount))
      expect(dataFiles(folder)).toEqual(manifest.files.map(({ name }: { name: string }) => name))
      await rm(root, { recursive: true })
    }
  },
  60_000,
)
